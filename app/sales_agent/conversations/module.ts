import emitter from '@adonisjs/core/services/emitter'
import '#crm'
import { jobs } from '#shared/jobs/jobs'
import { eraseVisitor } from './services/erase_visitor.js'
import { ANSWER_PENDING_JOB, answerPending } from './jobs/answer_pending.js'

jobs.define<{ conversationId?: string }>({
  name: ANSWER_PENDING_JOB,
  cron: '* * * * *',
  handle: async ({ payload }) => void (await answerPending(payload?.conversationId)),
})

emitter.on('prospect:erased', ({ workspaceId, prospectId, trx }) =>
  eraseVisitor(workspaceId, prospectId, trx)
)
