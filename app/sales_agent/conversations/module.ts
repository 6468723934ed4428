import { jobs } from '#shared/jobs/jobs'
import { ANSWER_PENDING_JOB, answerPending } from './jobs/answer_pending.js'

jobs.define<{ conversationId?: string }>({
  name: ANSWER_PENDING_JOB,
  cron: '* * * * *',
  handle: async ({ payload }) => void (await answerPending(payload?.conversationId)),
})
