import { jobs } from '#shared/jobs/jobs'
import { forgetExpired } from '#app/llm/privacy/disclosures'

jobs.define({ name: 'llm.forget_expired', cron: '7 * * * *', handle: () => forgetExpired() })
