import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { planOf } from '#wallet'
import { METHODS, type Method } from '#gpu/protocol'

export interface PlanAccess {
  /** Methods that the workspace's plan includes. */
  methods: readonly Method[]
  /** Its jobs go before those of others. */
  priority: boolean
}

/** What the quantization plan of a workspace allows. */
export async function planAccess(
  workspaceId: string,
  trx?: TransactionClientContract
): Promise<PlanAccess> {
  const plan = await planOf(workspaceId, 'quantization', trx)
  const features = plan?.features ?? ['int8']
  return {
    methods: features.includes('all_methods') ? METHODS : (['int8'] as const),
    priority: features.includes('priority'),
  }
}
