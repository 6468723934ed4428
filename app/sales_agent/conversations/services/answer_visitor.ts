import emitter from '@adonisjs/core/services/emitter'
import logger from '@adonisjs/core/services/logger'
import { announced } from '#shared/events/announced'
import { stripHiddenCharacters } from '#llm'
import type Conversation from '#app/sales_agent/conversations/models/conversation'
import type Message from '#app/sales_agent/conversations/models/message'
import type { AgentReply, SpokenLocale } from '#app/sales_agent/conversations/types'
import type { Result } from '#shared/result'
import { awaitReply } from './await_reply.js'
import { claimMessage, releaseClaim } from './claim_message.js'
import { releaseUnit } from './conversation_unit.js'
import { replyOf } from './reply_of.js'
import { StoreVisitorMessage } from './store_visitor_message.js'
import { takeTurn } from './take_turn.js'
import { say } from './words.js'

export const MAX_TEXT_LENGTH = 2_000

export interface AnswerVisitorInput {
  workspaceId: string
  conversationId: string
  /** At most 2,000 characters, not blank: the caller has validated it. */
  text: string
  /** Language that the visitor's page is in; the words of the message win when they are clear. */
  locale?: SpokenLocale
  /** Fires when nobody waits any more: a model is cut, the answer is completed and kept. */
  signal?: AbortSignal
  onToken?: (text: string) => void
  idempotencyKey?: string
}

export type AnswerVisitorResult = Result<
  { messageId: string; reply: AgentReply; conversation: Conversation; replayed: boolean },
  { reason: 'not_found' } | { reason: 'idempotency_conflict' } | { reason: 'in_progress' }
>

/**
 * One turn of a conversation: the visitor's message is kept first, then answered. When this
 * throws or the process dies, the message stays and `sales_agent.answer_pending` answers it.
 */
export class AnswerVisitor {
  async handle(input: AnswerVisitorInput): Promise<AnswerVisitorResult> {
    const startedAt = performance.now()
    const text = stripHiddenCharacters(input.text).trim()
    const stored = await new StoreVisitorMessage().handle({
      workspaceId: input.workspaceId,
      conversationId: input.conversationId,
      text,
      locale: input.locale,
      idempotencyKey: input.idempotencyKey,
    })
    if (!stored.ok) return stored
    const { conversation, message, replayed } = stored
    const done = (reply: AgentReply) =>
      ({ ok: true, messageId: message.id, reply, conversation, replayed }) as const

    if (message.state === 'human') {
      announce(conversation)
      return done(waitingForAPerson(conversation.locale))
    }
    if (replayed && message.state === 'answered') return done(await replyOf(message))
    if (replayed && !(await claimMessage(input.workspaceId, message.id))) {
      const reply = await awaitReply(message)
      return reply ? done(reply) : { ok: false, reason: 'in_progress' }
    }
    announce(conversation)
    const reply = await this.answer(conversation, message, {
      startedAt,
      signal: input.signal,
      onToken: input.onToken,
    })
    return done(reply)
  }

  /** Answers a message that is kept and claimed already. */
  async answer(
    conversation: Conversation,
    message: Message,
    options: { startedAt?: number; signal?: AbortSignal; onToken?: (text: string) => void } = {}
  ): Promise<AgentReply> {
    try {
      const reply = await takeTurn({
        conversation,
        message,
        startedAt: options.startedAt ?? performance.now(),
        signal: options.signal,
        onToken: options.onToken ?? (() => {}),
      })
      announce(conversation)
      return reply
    } catch (error) {
      await this.#giveBack(conversation, message)
      throw error
    }
  }

  /** Leaves everything as if the turn had not begun, for the next try. */
  async #giveBack(conversation: Conversation, message: Message) {
    try {
      await releaseUnit(conversation)
      await releaseClaim(message.workspaceId, message.id)
    } catch (error) {
      logger.warn({ err: error, messageId: message.id }, 'hold and claim are left to expire')
    }
  }
}

function announce(conversation: Conversation) {
  announced(
    emitter.emit('conversation:changed', {
      workspaceId: conversation.workspaceId,
      conversationId: conversation.id,
      kind: 'message',
    })
  )
}

function waitingForAPerson(locale: SpokenLocale): AgentReply {
  return {
    id: null,
    kind: 'waiting',
    text: say(locale, 'waiting'),
    products: [],
    sources: [],
    engine: null,
    costMicros: 0,
    class: 'grounded',
  }
}

/** See {@link AnswerVisitor}. */
export function answerVisitor(input: AnswerVisitorInput): Promise<AnswerVisitorResult> {
  return new AnswerVisitor().handle(input)
}
