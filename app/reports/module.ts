import emitter from '@adonisjs/core/services/emitter'
import { jobs } from '#shared/jobs/jobs'
import { forgetWeekFacts } from '#app/reports/facts/week_facts_store'
import { SendWeeklyReports } from '#app/reports/mailing/send_weekly_reports'
import { subscribeOwner } from '#app/reports/services/subscriptions'

jobs.define({
  name: 'reports.send_weekly_reports',
  // Every zone's Monday 08:00 falls on a quarter of an hour.
  cron: '*/15 * * * *',
  concurrency: 1,
  retries: 1,
  handle: async ({ signal }) => {
    await new SendWeeklyReports().handle(new Date(), signal)
  },
})

emitter.on('workspace:opened', async ({ workspaceId, ownerId, trx }) => {
  await subscribeOwner(workspaceId, ownerId, trx)
})

emitter.on('deal:changed', async ({ workspaceId }) => {
  await forgetWeekFacts(workspaceId)
})

// Facts name customers and quote questions.
emitter.on('prospect:erased', async ({ workspaceId, trx }) => {
  await forgetWeekFacts(workspaceId, trx)
})
