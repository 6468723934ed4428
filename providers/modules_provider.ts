import type { ApplicationService } from '@adonisjs/core/types'

/**
 * Wires the rooms once the application has booted: each room's `module.ts` declares its jobs,
 * event listeners and view helpers.
 */
export default class ModulesProvider {
  constructor(protected app: ApplicationService) {}

  async start() {
    await import('#app/shared/module')
    await import('#app/accounts/module')
    await import('#app/wallet/module')
    await import('#app/llm/module')
    await import('#app/crm/module')
    await import('#app/sales_agent/module')
    await import('#app/quantization/module')
    await import('#app/reports/module')
    await import('#app/demo/module')
  }
}
