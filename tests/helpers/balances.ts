import db from '@adonisjs/lucid/services/db'
import { freeRequests } from '#config/llm'
import { wallet } from '#wallet'

/** Dollars of a workspace, as the wallet's summary tells them. */
export async function usdOf(workspaceId: string) {
  const { usd } = await wallet.summary(workspaceId)
  return usd
}

/** Conversations that a workspace has left this month. */
export async function conversationsLeft(workspaceId: string): Promise<number> {
  const { conversations } = await wallet.summary(workspaceId)
  return conversations.available!
}

/** As after the first use: every request is paid. */
export async function givenNoFreeRequests(workspaceId: string): Promise<void> {
  await db
    .table('llm_free_requests')
    .insert({ workspace_id: workspaceId, used: freeRequests.count })
}
