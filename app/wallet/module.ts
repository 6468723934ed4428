import emitter from '@adonisjs/core/services/emitter'
import { OpenWallet } from '#app/wallet/services/open_wallet'

emitter.on('workspace:opened', async ({ workspaceId, plans, trx }) => {
  await new OpenWallet().handle({ workspaceId, plans }, trx)
})
