import db from '@adonisjs/lucid/services/db'
import Conversation from '#app/sales_agent/conversations/models/conversation'
import Message from '#app/sales_agent/conversations/models/message'
import { detectLocale } from '#app/sales_agent/catalog/answer/locale'
import type { SpokenLocale } from '#app/sales_agent/conversations/types'
import { sql } from './sql.js'
import type { Result } from '#shared/result'

/** How long one process may be at work on an answer before another may take over. */
export const CLAIM_SECONDS = 12

const SUBJECT_LENGTH = 120

export interface StoreVisitorMessageInput {
  workspaceId: string
  conversationId: string
  text: string
  /** Language of the visitor's page; the words of the message win when they are clear. */
  locale?: SpokenLocale
  idempotencyKey?: string
}

export type StoredMessage = Result<
  { conversation: Conversation; message: Message; replayed: boolean },
  { reason: 'not_found' } | { reason: 'idempotency_conflict' }
>

/**
 * Keeps what the visitor said before anything else happens, so that no crash can lose it. A
 * repeated idempotency key gives the message that is there already. Writing in a closed
 * conversation opens it again.
 */
export class StoreVisitorMessage {
  async handle(input: StoreVisitorMessageInput): Promise<StoredMessage> {
    return db.transaction(async (trx) => {
      const conversation = await Conversation.in(input.workspaceId)
        .useTransaction(trx)
        .where('id', input.conversationId)
        .forUpdate()
        .first()
      if (!conversation) return { ok: false, reason: 'not_found' }

      const locale = detectLocale(input.text, input.locale ?? conversation.locale)
      const earlier = input.idempotencyKey
        ? await Message.in(input.workspaceId)
            .useTransaction(trx)
            .where('conversation_id', conversation.id)
            .where('idempotency_key', input.idempotencyKey)
            .first()
        : null
      if (earlier && earlier.text !== input.text) {
        return { ok: false, reason: 'idempotency_conflict' }
      }
      if (earlier) return { ok: true, conversation, message: earlier, replayed: true }

      const [inserted] = await sql<{ id: string }>(
        `insert into messages
           (workspace_id, conversation_id, role, text, idempotency_key, state, claimed_until)
         values (:workspaceId, :conversationId, 'visitor', :text, :key, :state,
           clock_timestamp() + make_interval(secs => :claim))
         returning id`,
        {
          workspaceId: input.workspaceId,
          conversationId: conversation.id,
          text: input.text,
          key: input.idempotencyKey ?? null,
          state: conversation.status === 'handoff' ? 'human' : 'pending',
          claim: CLAIM_SECONDS,
        },
        trx
      )
      await sql(
        `update conversations set
           status = case when status = 'closed' then 'open' else status end,
           locale = :locale,
           subject = coalesce(subject, :subject),
           visitor_messages = visitor_messages + 1,
           first_message_at = coalesce(first_message_at, now()),
           last_message_at = now(),
           updated_at = now()
         where workspace_id = :workspaceId and id = :id`,
        {
          workspaceId: input.workspaceId,
          id: conversation.id,
          locale: locale === 'fr' ? 'fr' : 'en',
          subject: input.text.slice(0, SUBJECT_LENGTH),
        },
        trx
      )
      const read = <T extends typeof Conversation | typeof Message>(model: T, id: string) =>
        model.in(input.workspaceId).useTransaction(trx).where('id', id).firstOrFail()
      return {
        ok: true,
        conversation: (await read(Conversation, conversation.id)) as Conversation,
        message: (await read(Message, inserted!.id)) as Message,
        replayed: false,
      }
    })
  }
}
