import edge from 'edge.js'
import { jobs } from '#shared/jobs/jobs'
import { sendNotice } from '#app/accounts/jobs/send_notice'
import { sendPasswordReset } from '#app/accounts/jobs/send_password_reset'
import { sweepAccounts } from '#app/accounts/jobs/sweep_accounts'
import { roleAllows } from '#app/accounts/roles'
import { isOperator } from '#app/accounts/services/is_operator'
import { countUnread } from '#app/accounts/services/notice_centre'
import { SEND_NOTICE_JOB } from '#app/accounts/services/notify'
import { SEND_PASSWORD_RESET_JOB } from '#app/accounts/services/request_password_reset'

jobs.define<{ noticeId: string }>({
  name: SEND_NOTICE_JOB,
  retries: 5,
  handle: ({ payload }) => sendNotice(payload.noticeId),
})

jobs.define<{ email: string }>({
  name: SEND_PASSWORD_RESET_JOB,
  retries: 5,
  handle: ({ payload }) => sendPasswordReset(payload.email),
})

jobs.define({
  name: 'accounts.sweep',
  cron: '27 3 * * *',
  handle: async () => void (await sweepAccounts()),
})

edge.global('roleAllows', roleAllows)
edge.global('isOperator', isOperator)
edge.global('unreadNotices', (workspaceId: string, userId: string) =>
  countUnread({ workspaceId, userId })
)
