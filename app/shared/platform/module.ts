import { jobs } from '#shared/jobs/jobs'
import { sweepKeys } from '#shared/api/idempotency_store'
import { sweepSessions } from '#shared/http/session_store'
import { observeRequests } from '#shared/platform/observe_requests'

observeRequests()

jobs.define({
  name: 'shared.sweep',
  cron: '17 3 * * *',
  async handle() {
    await sweepKeys()
    await sweepSessions()
  },
})
