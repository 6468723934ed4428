import app from '@adonisjs/core/services/app'
import { jobs } from '#shared/jobs/jobs'
import { RecoverCalls } from '#app/llm/calls/recover_calls'
import { refreshLocalModel } from '#app/llm/local/local_models'
import { watchThresholds } from '#app/llm/dashboard/watch_thresholds'
import { forgetExpired } from '#app/llm/privacy/disclosures'
import { configuredProviders } from '#app/llm/routing/configured'
import { requireKnownPrices } from '#app/llm/routing/prices'

if (app.getEnvironment() === 'web') {
  requireKnownPrices(configuredProviders())
  // Until then the box is without its own model; the first request asks again.
  refreshLocalModel().catch(() => {})
}

jobs.define({ name: 'llm.forget_expired', cron: '7 * * * *', handle: () => forgetExpired() })

jobs.define({
  name: 'llm.recover_calls',
  cron: '*/2 * * * *',
  handle: async () => void (await new RecoverCalls().handle()),
})

jobs.define({
  name: 'llm.watch_thresholds',
  cron: '*/5 * * * *',
  handle: async () => void (await watchThresholds()),
})
