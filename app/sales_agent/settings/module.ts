import emitter from '@adonisjs/core/services/emitter'
import '#accounts'
import { createAgentSettings } from './services/agent_settings.js'

emitter.on('workspace:opened', async ({ workspaceId, trx }) => {
  await createAgentSettings(workspaceId, trx)
})
