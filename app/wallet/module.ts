import emitter from '@adonisjs/core/services/emitter'
import { defineWalletJobs } from '#app/wallet/jobs/wallet_jobs'
import { OpenWallet } from '#app/wallet/services/open_wallet'
import { defineWalletViewHelpers } from '#app/wallet/view_helpers'

defineWalletJobs()
defineWalletViewHelpers()

emitter.on('workspace:opened', async ({ workspaceId, plans, trx }) => {
  await new OpenWallet().handle({ workspaceId, plans }, trx)
})
