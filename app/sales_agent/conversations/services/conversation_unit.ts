import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { DateTime } from 'luxon'
import { notify } from '#accounts'
import { wallet } from '#wallet'
import { sql } from './sql.js'
import type Conversation from '#app/sales_agent/conversations/models/conversation'

/** Life of the hold: long enough for an answer, a crash and the second try. */
const HOLD_SECONDS = 600

/**
 * Sets one unit of the conversation quota aside at the first message. Running out is no wall:
 * the conversation goes on with the grounded engine and the owner is told, once a month.
 *
 * @param turnId the visitor's message, so that a new try after an expired hold is a new hold
 */
export async function holdUnit(conversation: Conversation, turnId: string): Promise<void> {
  if (conversation.unitState !== 'none') return
  const { workspaceId, id } = conversation
  const held = await wallet.hold({
    workspaceId,
    asset: 'conversation',
    amount: 1,
    purpose: 'agent.conversation',
    idempotencyKey: `conversation:${id}:${turnId}:hold`,
    ttlSeconds: HOLD_SECONDS,
    reference: { type: 'conversation', id },
  })
  conversation.unitState = held.ok ? 'held' : 'uncovered'
  conversation.unitHoldId = held.ok ? held.holdId : null
  await saveUnit(conversation)
  if (!held.ok) await tellOwner(workspaceId)
}

/** Takes the unit once the visitor has an answer, in the transaction that stores the answer. */
export async function captureUnit(
  conversation: Conversation,
  trx: TransactionClientContract
): Promise<void> {
  if (conversation.unitState !== 'held' || !conversation.unitHoldId) return
  const captured = await wallet.capture(
    {
      workspaceId: conversation.workspaceId,
      holdId: conversation.unitHoldId,
      amount: 1,
      idempotencyKey: `conversation:${conversation.id}:${conversation.unitHoldId}:capture`,
      details: { conversationId: conversation.id },
    },
    trx
  )
  // A hold that expired before the answer came: the next turn sets a new one aside.
  conversation.unitState = captured.ok ? 'captured' : 'none'
  await saveUnit(conversation, trx)
}

/** Gives the unit back when nothing could be answered. */
export async function releaseUnit(conversation: Conversation): Promise<void> {
  if (conversation.unitState !== 'held' || !conversation.unitHoldId) return
  await wallet.release({
    workspaceId: conversation.workspaceId,
    holdId: conversation.unitHoldId,
    idempotencyKey: `conversation:${conversation.id}:${conversation.unitHoldId}:release`,
  })
  conversation.unitState = 'none'
  conversation.unitHoldId = null
  await saveUnit(conversation)
}

async function saveUnit(conversation: Conversation, trx?: TransactionClientContract) {
  await sql(
    `update conversations set unit_state = :state, unit_hold_id = :holdId
      where workspace_id = :workspaceId and id = :id`,
    {
      workspaceId: conversation.workspaceId,
      id: conversation.id,
      state: conversation.unitState,
      holdId: conversation.unitHoldId,
    },
    trx
  )
}

async function tellOwner(workspaceId: string) {
  await notify({
    workspaceId,
    kind: 'wallet.conversations_used_up',
    titleKey: 'sales_agent.notices.units.title',
    bodyKey: 'sales_agent.notices.units.body',
    href: '/wallet',
    minRole: 'manager',
    dedupeKey: `conversation_units:${DateTime.utc().toFormat('yyyy-LL')}`,
  })
}
