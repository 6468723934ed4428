import type { HttpContext } from '@adonisjs/core/http'
import { listTransfers } from '#app/wallet/services/list_transfers'
import { walletSummary } from '#app/wallet/services/wallet_summary'
import { transfersQuery } from '#app/wallet/validators/wallet_validators'

export default class ApiWalletController {
  async show({ workspace }: HttpContext) {
    return walletSummary(workspace.id)
  }

  async transfers({ request, workspace }: HttpContext) {
    const filter = await transfersQuery.validate(request.qs())
    const page = await listTransfers(workspace.id, { ...filter, timezone: workspace.timezone })
    return { data: page.items, nextCursor: page.nextCursor }
  }
}
