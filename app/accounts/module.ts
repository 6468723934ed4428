import { jobs } from '#shared/jobs/jobs'
import { sendNotice } from '#app/accounts/jobs/send_notice'
import { SEND_NOTICE_JOB } from '#app/accounts/services/notify'

jobs.define<{ noticeId: string }>({
  name: SEND_NOTICE_JOB,
  retries: 5,
  handle: ({ payload }) => sendNotice(payload.noticeId),
})
