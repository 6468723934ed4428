import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { sql } from '#app/sales_agent/conversations/services/sql'
import Conversation from '#app/sales_agent/conversations/models/conversation'
import { OpenConversation } from '#app/sales_agent/conversations/services/open_conversation'
import type { SpokenLocale } from '#app/sales_agent/conversations/types'
import type { Visitor } from './visitor_token.js'

/** After this silence a returning visitor begins anew; what was said stays in the inbox. */
const FRESH_HOURS = 12

/** The conversation that a visitor is in, or null. */
export function findCurrentConversation(
  visitor: Visitor,
  trx?: TransactionClientContract
): Promise<Conversation | null> {
  return Conversation.in(visitor.workspaceId)
    .if(trx, (query) => query.useTransaction(trx!))
    .where('visitor_id', visitor.visitorId)
    .whereNot('status', 'closed')
    .whereRaw(
      `coalesce(last_message_at, created_at) > now() - make_interval(hours => ${FRESH_HOURS})`
    )
    .orderBy('id', 'desc')
    .first()
}

/** The conversation that a visitor is in, opened when there is none. */
export async function currentConversation(
  visitor: Visitor,
  channel: 'widget' | 'portal',
  locale: SpokenLocale
): Promise<Conversation> {
  const found = await findCurrentConversation(visitor)
  if (found) return found
  return db.transaction(async (trx) => {
    // Two first messages at the same time take turns and end in one conversation.
    await sql(
      'select pg_advisory_xact_lock(hashtextextended(:visitor, 11))',
      { visitor: visitor.visitorId },
      trx
    )
    const opened = await findCurrentConversation(visitor, trx)
    return opened ?? new OpenConversation().handle({ ...visitor, channel, locale }, trx)
  })
}
