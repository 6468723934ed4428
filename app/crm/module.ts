import emitter from '@adonisjs/core/services/emitter'
import { OpenPipeline } from '#app/crm/services/open_pipeline'

emitter.on('workspace:opened', ({ workspaceId, trx }) =>
  new OpenPipeline().handle(workspaceId, trx)
)
