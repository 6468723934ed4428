import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { wallet } from '#wallet'

export interface PastMessage {
  role: 'visitor' | 'agent' | 'human'
  kind?: string
  text: string
  products?: unknown[]
  sources?: unknown[]
  engine?: 'grounded' | 'model'
  class?: string
  costMicros?: number
  firstWordMs?: number
  latencyMs?: number
  authorId?: string
  at: Date
}

export interface PastConversation {
  id: string
  workspaceId: string
  channel: 'widget' | 'portal' | 'api'
  locale: 'en' | 'fr'
  status: 'open' | 'handoff' | 'closed'
  subject: string
  visitorName?: string
  visitorEmail?: string
  leadAt?: Date
  handoffAt?: Date
  messages: PastMessage[]
}

/**
 * Stores a conversation that happened in the past, with its messages and the unit that it took
 * from the wallet at the time. Prospect and deal are linked afterwards, when they exist.
 */
export async function recordPastConversation(
  input: PastConversation,
  trx: TransactionClientContract
): Promise<void> {
  const first = input.messages[0]!
  const last = input.messages.at(-1)!
  const unit = await takeUnit(input, first.at, trx)

  await trx.table('conversations').insert({
    id: input.id,
    workspace_id: input.workspaceId,
    channel: input.channel,
    locale: input.locale,
    status: input.status,
    subject: input.subject,
    visitor_name: input.visitorName ?? null,
    visitor_email: input.visitorEmail ?? null,
    visitor_messages: input.messages.filter((message) => message.role === 'visitor').length,
    cost_micros: input.messages.reduce((sum, message) => sum + (message.costMicros ?? 0), 0),
    unit_state: unit ? 'captured' : 'uncovered',
    unit_hold_id: unit,
    first_message_at: first.at,
    last_message_at: last.at,
    lead_at: input.leadAt ?? null,
    handoff_at: input.handoffAt ?? null,
    created_at: first.at,
    updated_at: last.at,
  })
  await trx.table('messages').multiInsert(input.messages.map((message) => row(input, message)))
}

/** Ties a stored conversation to the prospect and the deal that it led to. */
export async function linkPastConversation(
  workspaceId: string,
  id: string,
  links: { prospectId: string; dealId: string },
  trx: TransactionClientContract
): Promise<void> {
  await trx
    .from('conversations')
    .where({ workspace_id: workspaceId, id })
    .update({ prospect_id: links.prospectId, deal_id: links.dealId })
}

/** Counts page views of the shop's website, one row per day. */
export async function recordPastVisits(
  workspaceId: string,
  days: { day: string; visits: number }[],
  trx: TransactionClientContract
): Promise<void> {
  await trx
    .table('page_visits')
    .multiInsert(days.map(({ day, visits }) => ({ workspace_id: workspaceId, day, visits })))
}

async function takeUnit(
  input: PastConversation,
  now: Date,
  trx: TransactionClientContract
): Promise<string | null> {
  const { workspaceId } = input
  const hold = await wallet.hold(
    {
      ...{ workspaceId, asset: 'conversation', amount: 1, purpose: 'agent.conversation' },
      ...{ idempotencyKey: `conversation:${input.id}:hold`, now },
      reference: { type: 'conversation', id: input.id },
    },
    trx
  )
  if (!hold.ok) return null
  const captured = await wallet.capture(
    {
      ...{ workspaceId, holdId: hold.holdId, amount: 1, now },
      idempotencyKey: `conversation:${input.id}:capture`,
    },
    trx
  )
  return captured.ok ? hold.holdId : null
}

function row(conversation: PastConversation, message: PastMessage) {
  return {
    workspace_id: conversation.workspaceId,
    conversation_id: conversation.id,
    role: message.role,
    kind: message.kind ?? null,
    text: message.text,
    products: JSON.stringify(message.products ?? []),
    sources: JSON.stringify(message.sources ?? []),
    cost_micros: message.costMicros ?? 0,
    class: message.class ?? null,
    engine: message.engine ?? null,
    first_word_ms: message.firstWordMs ?? null,
    latency_ms: message.latencyMs ?? null,
    author_id: message.authorId ?? null,
    state: message.role === 'visitor' ? 'answered' : null,
    created_at: message.at,
  }
}
