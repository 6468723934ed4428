import app from '@adonisjs/core/services/app'
import { jobs } from '#shared/jobs/jobs'
import { RecoverCalls } from '#app/llm/calls/recover_calls'
import { forgetExpired } from '#app/llm/privacy/disclosures'
import { configuredProviders } from '#app/llm/routing/configured'
import { requireKnownPrices } from '#app/llm/routing/prices'

if (app.getEnvironment() === 'web') requireKnownPrices(configuredProviders())

jobs.define({ name: 'llm.forget_expired', cron: '7 * * * *', handle: () => forgetExpired() })

jobs.define({
  name: 'llm.recover_calls',
  cron: '*/2 * * * *',
  handle: async () => void (await new RecoverCalls().handle()),
})
