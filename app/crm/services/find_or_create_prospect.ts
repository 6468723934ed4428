import { DateTime } from 'luxon'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Prospect from '#app/crm/models/prospect'
import { findOrCreateCompany } from '#app/crm/services/find_or_create_company'
import type { ScoreSignals } from '#app/crm/services/score_prospect'

export interface ProspectFacts {
  name: string | null
  email: string | null
  phone: string | null
  company: string | null
  locale: string
  source: string
  signals: ScoreSignals
  messageCount?: number
  at: DateTime
}

/**
 * Finds a prospect by e-mail, else by phone, and fills in what was blank; makes them when they
 * are new. Of two connections that bring the same new person, one inserts and the other waits
 * for it and finds the row: the unique indexes decide, so there is never a second one.
 *
 * The row is locked until the transaction ends.
 */
export async function findOrCreateProspect(
  workspaceId: string,
  facts: ProspectFacts,
  trx: TransactionClientContract
): Promise<{ prospect: Prospect; created: boolean }> {
  const insertedId = await insertIfNew(workspaceId, facts, trx)
  const prospect = insertedId
    ? await lock(workspaceId, 'id', insertedId, trx)
    : await findByContact(workspaceId, facts, trx)
  if (!prospect) throw new Error('The prospect was erased while it was being read')

  await complete(prospect, facts, trx)
  return { prospect, created: insertedId !== null }
}

async function insertIfNew(
  workspaceId: string,
  facts: ProspectFacts,
  trx: TransactionClientContract
): Promise<string | null> {
  // An e-mail or phone that exists already must not be paired with a new other half.
  if (await findByContact(workspaceId, facts, trx)) return null
  const row = { ...facts, at: facts.at.toISO() }
  const { rows } = await trx.rawQuery<{ rows: { id: string }[] }>(
    `insert into prospects
       (workspace_id, name, email, phone, locale, source, last_activity_at, created_at)
     select ?, name, email, phone, locale, source, at, at
     from jsonb_to_record(?::jsonb)
       as row (name text, email citext, phone text, locale text, source text, at timestamptz)
     on conflict do nothing returning id`,
    [workspaceId, JSON.stringify(row)]
  )
  return rows[0]?.id ?? null
}

async function findByContact(
  workspaceId: string,
  { email, phone }: Pick<ProspectFacts, 'email' | 'phone'>,
  trx: TransactionClientContract
): Promise<Prospect | null> {
  const byEmail = email ? await lock(workspaceId, 'email', email, trx) : null
  return byEmail ?? (phone ? lock(workspaceId, 'phone', phone, trx) : null)
}

function lock(
  workspaceId: string,
  column: 'id' | 'email' | 'phone',
  value: string,
  trx: TransactionClientContract
): Promise<Prospect | null> {
  return Prospect.in(workspaceId).useTransaction(trx).where(column, value).forUpdate().first()
}

/** Fills blanks only: what a person corrected by hand is never overwritten by a message. */
async function complete(
  prospect: Prospect,
  facts: ProspectFacts,
  trx: TransactionClientContract
): Promise<void> {
  prospect.useTransaction(trx)
  prospect.name ??= facts.name
  if (!prospect.email && facts.email && !(await taken(prospect, 'email', facts.email, trx))) {
    prospect.email = facts.email
  }
  if (!prospect.phone && facts.phone && !(await taken(prospect, 'phone', facts.phone, trx))) {
    prospect.phone = facts.phone
  }
  if (!prospect.companyName && facts.company) {
    prospect.companyId = await findOrCreateCompany(prospect.workspaceId, facts.company, trx)
    prospect.companyName = facts.company
  }
  prospect.signals = { ...prospect.signals, ...facts.signals }
  prospect.messageCount = Math.max(prospect.messageCount, facts.messageCount ?? 0)
  prospect.lastActivityAt = DateTime.max(prospect.lastActivityAt, facts.at)
  await prospect.save()
}

/** The contact may belong to somebody else by now; then it stays theirs. */
async function taken(
  prospect: Prospect,
  column: 'email' | 'phone',
  value: string,
  trx: TransactionClientContract
): Promise<boolean> {
  const other = await Prospect.in(prospect.workspaceId)
    .useTransaction(trx)
    .where(column, value)
    .first()
  return other !== null && other.id !== prospect.id
}
