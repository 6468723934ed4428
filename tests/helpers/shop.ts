import db from '@adonisjs/lucid/services/db'
import { importDemoCatalogue } from '#sales_agent'
import { givenAWorkspace } from '#tests/helpers/workspaces'

/** A workspace with the demo catalogue and enough credit for models. */
export async function givenAShop(input: Parameters<typeof givenAWorkspace>[0] = {}) {
  const shop = await givenAWorkspace({
    plans: { assistant: 'pro' },
    workspaceName: 'Le Comptoir des Cimes',
    ...input,
  })
  await db.transaction((trx) => importDemoCatalogue(shop.workspace.id, trx))
  return shop
}
