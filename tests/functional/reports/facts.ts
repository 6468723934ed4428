import db from '@adonisjs/lucid/services/db'
import { randomUUID } from 'node:crypto'
import { createDealWithHistory } from '#crm'
import { recordPastConversation } from '#sales_agent'
import type { Workspace } from '#accounts'

export const WEEK = '2026-W45'
/** Tuesday of the week. */
export const IN_WEEK = new Date('2026-11-03T10:00:00Z')
/** Monday 08:00 in Paris, after the week. */
export const DUE = new Date('2026-11-09T07:00:00Z')

/** Moves the opening of a workspace into the past: no report is sent of earlier weeks. */
export async function openedLongAgo(workspace: Workspace): Promise<void> {
  await db
    .from('workspaces')
    .where('id', workspace.id)
    .update({ created_at: new Date('2026-01-01T00:00:00Z') })
}

/** A conversation of the week that became a deal, won for `amountCents` two days later. */
export async function aWonConversation(
  workspace: Workspace,
  amountCents: number,
  title = 'Three tents'
): Promise<{ conversationId: string; dealId: string }> {
  const conversationId = await aConversation(workspace)
  const deal = await createDealWithHistory({
    workspaceId: workspace.id,
    title,
    source: 'agent',
    currency: 'EUR',
    conversationId,
    createdAt: IN_WEEK,
    events: [{ kind: 'won', amountCents, at: new Date('2026-11-05T09:00:00Z') }],
  })
  return { conversationId, dealId: deal.id }
}

/** A conversation with one question, answered or not. */
export async function aConversation(
  workspace: Workspace,
  { answered = true, at = IN_WEEK }: { answered?: boolean; at?: Date } = {}
): Promise<string> {
  const id = randomUUID()
  const later = new Date(at.getTime() + 1_000)
  await db.transaction((trx) =>
    recordPastConversation(
      {
        id,
        workspaceId: workspace.id,
        channel: 'widget',
        locale: 'en',
        status: 'closed',
        subject: 'Tents',
        messages: [
          { role: 'visitor', text: answered ? 'A tent for three?' : 'Do you sell canoes?', at },
          {
            role: 'agent',
            kind: answered ? 'products' : 'not_found',
            text: answered ? 'The Bergerie.' : 'We do not sell that.',
            products: answered ? [{ id: 'p1', title: 'Bergerie tent' }] : [],
            engine: 'grounded',
            at: later,
          },
        ],
      },
      trx
    )
  )
  return id
}
