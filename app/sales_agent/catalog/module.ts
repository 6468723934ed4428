import { jobs } from '#shared/jobs/jobs'
import { failDeadImports } from '#app/sales_agent/catalog/jobs/fail_dead_imports'
import {
  IMPORT_JOB,
  importUpload,
  type ImportJob,
} from '#app/sales_agent/catalog/services/receive_upload'

jobs.define<ImportJob>({
  name: IMPORT_JOB,
  handle: ({ payload, lastAttempt }) => importUpload(payload, lastAttempt),
  retries: 1,
})

jobs.define({
  name: 'sales_agent.fail_dead_imports',
  cron: '*/30 * * * *',
  handle: async () => void (await failDeadImports()),
})
