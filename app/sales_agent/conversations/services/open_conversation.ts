import { randomUUIDv7 } from 'node:crypto'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Conversation from '#app/sales_agent/conversations/models/conversation'
import type { Channel, SpokenLocale } from '#app/sales_agent/conversations/types'

export interface OpenConversationInput {
  workspaceId: string
  channel: Channel
  locale: SpokenLocale
  visitorId?: string
}

/** Opens an empty conversation. It costs nothing and shows nowhere until the visitor speaks. */
export class OpenConversation {
  async handle(
    input: OpenConversationInput,
    trx?: TransactionClientContract
  ): Promise<Conversation> {
    const id = randomUUIDv7()
    await Conversation.create(
      {
        id,
        workspaceId: input.workspaceId,
        channel: input.channel,
        locale: input.locale,
        visitorId: input.visitorId ?? null,
      },
      { client: trx }
    )
    const opened = Conversation.in(input.workspaceId).where('id', id)
    if (trx) opened.useTransaction(trx)
    return opened.firstOrFail()
  }
}
