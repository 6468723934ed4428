import emitter from '@adonisjs/core/services/emitter'
import { defineWalletJobs } from '#app/wallet/jobs/wallet_jobs'
import { OpenWallet } from '#app/wallet/services/open_wallet'

defineWalletJobs()

emitter.on('workspace:opened', async ({ workspaceId, plans, trx }) => {
  await new OpenWallet().handle({ workspaceId, plans }, trx)
})
