import { jobs } from '#shared/jobs/jobs'
import { IMPORT_JOB, importUpload } from '#app/sales_agent/catalog/services/receive_upload'

jobs.define<Parameters<typeof importUpload>[0]>({
  name: IMPORT_JOB,
  handle: ({ payload }) => importUpload(payload),
  retries: 1,
})
