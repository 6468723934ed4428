import { sourceLabel } from '#app/crm/services/source_label'
import emitter from '@adonisjs/core/services/emitter'
import edge from 'edge.js'
import { jobs } from '#shared/jobs/jobs'
import { IMPORT_JOB, runStoredImport, type ImportJob } from '#app/crm/imports/start_import'
import { failDeadImports } from '#app/crm/jobs/fail_dead_imports'
import { refreshScores } from '#app/crm/jobs/refresh_scores'
import { duration } from '#app/crm/view/duration'
import { OpenPipeline } from '#app/crm/services/open_pipeline'
import { findContactsByWords } from '#app/crm/services/find_contacts_by_words'
import { useContactLookup } from '#llm'

edge.global('crmDuration', duration)
edge.global('sourceLabel', sourceLabel)
useContactLookup(findContactsByWords)

emitter.on('workspace:opened', ({ workspaceId, trx }) =>
  new OpenPipeline().handle(workspaceId, trx)
)

jobs.define<ImportJob>({
  name: IMPORT_JOB,
  timeoutSeconds: 3600,
  concurrency: 1,
  handle: ({ payload }) => runStoredImport(payload),
})

jobs.define({
  name: 'crm.fail_dead_imports',
  cron: '*/30 * * * *',
  handle: async () => void (await failDeadImports()),
})

jobs.define({ name: 'crm.refresh_scores', cron: '20 3 * * *', handle: refreshScores })
