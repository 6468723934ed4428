import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { UUID } from '#shared/uuid'
import Conversation from '#app/sales_agent/conversations/models/conversation'

/**
 * The conversation at an address.
 *
 * @throws E_NOT_FOUND when there is none in this workspace
 */
export async function conversationOf(workspaceId: string, id: string): Promise<Conversation> {
  const found = UUID.test(id) ? await Conversation.in(workspaceId).where('id', id).first() : null
  if (!found) throw new E_NOT_FOUND()
  return found
}
