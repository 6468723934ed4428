import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { identityOf, setAside } from '#app/crm/imports/merge_drafts'
import {
  differences,
  mergedRow,
  newRow,
  ROW_COLUMNS,
  ROW_TYPES,
  type ProspectRow,
  type RowContext,
  type StoredProspectRow,
} from '#app/crm/imports/prospect_row'
import type { ProspectDraft } from '#app/crm/imports/read_row'
import { rescore } from '#app/crm/services/rescore'
import { scoreProspect } from '#app/crm/services/score_prospect'

export interface StoreBatchInput {
  workspaceId: string
  importId: string
  drafts: ProspectDraft[]
  context: Omit<RowContext, 'companyIds'>
}

export interface StoredBatch {
  created: number
  /** Prospects that existed already, changed or not. */
  updated: number
  unchanged: number
}

const COLUMN_LIST = ROW_COLUMNS.join(', ')

/**
 * Stores a batch of people who differ from each other: known ones are updated, the rest is
 * inserted, with two statements for the whole batch. What changed is kept for undo.
 */
export async function storeBatch(
  trx: TransactionClientContract,
  input: StoreBatchInput
): Promise<StoredBatch> {
  const { workspaceId, importId, drafts } = input
  const context: RowContext = {
    ...input.context,
    companyIds: await storeCompanies(trx, workspaceId, importId, drafts),
  }
  const known = await findKnown(trx, workspaceId, drafts)

  const inserts: ProspectRow[] = []
  const matched = new Map<string, { stored: StoredProspectRow; row: ProspectRow }>()
  for (const draft of drafts) {
    const stored = known.match(draft)
    if (!stored) {
      inserts.push(newRow(draft, context))
      continue
    }
    // Two rows of the file may turn out to be one stored person.
    const current = matched.get(stored.id)?.row ?? stored
    const row = mergedRow({ ...stored, ...current }, draft, context)
    matched.set(stored.id, { stored, row })
  }

  await insertProspects(trx, workspaceId, importId, inserts, context.now)
  const changed = await updateProspects(trx, workspaceId, importId, [...matched.values()])
  const updated = drafts.length - inserts.length
  return { created: inserts.length, updated, unchanged: Math.max(0, updated - changed) }
}

async function storeCompanies(
  trx: TransactionClientContract,
  workspaceId: string,
  importId: string,
  drafts: ProspectDraft[]
): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (const { company } of drafts) {
    if (company && !names.has(company.toLowerCase())) names.set(company.toLowerCase(), company)
  }
  if (names.size === 0) return new Map()
  // Always in the same order, so that two imports at the same time cannot wait for each other.
  const sorted = [...names.keys()].sort().map((key) => names.get(key)!)
  await trx.rawQuery(
    `insert into companies (workspace_id, import_id, name)
     select ?, ?, name from unnest(?::text[]) as name
     on conflict (workspace_id, lower(name)) do nothing`,
    [workspaceId, importId, sorted]
  )
  const { rows } = await trx.rawQuery<{ rows: { id: string; name: string }[] }>(
    `select id, name from companies where workspace_id = ?
       and lower(name) in (select lower(name) from unnest(?::text[]) as name)`,
    [workspaceId, sorted]
  )
  return new Map(rows.map(({ id, name }) => [name.toLowerCase(), id]))
}

async function findKnown(
  trx: TransactionClientContract,
  workspaceId: string,
  drafts: ProspectDraft[]
) {
  const emails = drafts.flatMap(({ email }) => email ?? [])
  const phones = drafts.flatMap(({ phone }) => phone ?? [])
  // The table has grown by thousands of rows since its statistics were taken.
  await trx.rawQuery('set local enable_seqscan = off')
  const anonymous = drafts.filter(({ email, phone }) => !email && !phone)
  const { rows } = await trx.rawQuery<{ rows: StoredProspectRow[] }>(
    `select id, import_id, ${COLUMN_LIST} from prospects
     where workspace_id = :workspace and id in (
       select id from prospects where workspace_id = :workspace and email = any(:emails::citext[])
       union
       select id from prospects where workspace_id = :workspace and phone = any(:phones::text[])
       union
       select p.id from prospects p
         join unnest(:names::text[], :companies::text[]) as row (name, company)
           on lower(coalesce(p.name, '')) = lower(row.name)
           and lower(coalesce(p.company_name, '')) = lower(row.company)
         where p.workspace_id = :workspace and p.email is null and p.phone is null
     )
     order by id for update`,
    {
      workspace: workspaceId,
      emails,
      phones,
      names: anonymous.map(({ name }) => name ?? ''),
      companies: anonymous.map(({ company }) => company ?? ''),
    }
  )
  const byEmail = new Map(
    rows.flatMap((row) => (row.email ? [[row.email.toLowerCase(), row]] : []))
  )
  const byPhone = new Map(rows.flatMap((row) => (row.phone ? [[row.phone, row]] : [])))
  const byIdentity = new Map(
    rows
      .filter(({ email, phone }) => !email && !phone)
      .map((row) => [identityOf(row.name, row.company_name), row])
  )

  return {
    match(draft: ProspectDraft): StoredProspectRow | undefined {
      const owner = draft.phone ? byPhone.get(draft.phone) : undefined
      const named = draft.email ? byEmail.get(draft.email) : undefined
      if (named) {
        if (owner && owner.id !== named.id) setAside(draft)
        return named
      }
      if (owner && draft.email && owner.email) {
        setAside(draft)
        return undefined
      }
      if (owner) return owner
      return draft.email || draft.phone
        ? undefined
        : byIdentity.get(identityOf(draft.name, draft.company))
    },
  }
}

async function insertProspects(
  trx: TransactionClientContract,
  workspaceId: string,
  importId: string,
  rows: ProspectRow[],
  now: string
): Promise<void> {
  if (rows.length === 0) return
  const scored = rows.map((row) => {
    const { score, reasons } = scoreProspect({
      name: row.name,
      email: row.email,
      phone: row.phone,
      companyName: row.company_name,
      signals: {},
      messageCount: 0,
      amountCents: null,
      lastActivityAt: null,
    })
    return { ...row, score, score_reasons: reasons }
  })
  await trx.rawQuery(
    `insert into prospects (workspace_id, import_id, source, last_activity_at,
       score, score_reasons, ${COLUMN_LIST})
     select ?, ?, 'import', ?::timestamptz, score, score_reasons, ${COLUMN_LIST}
     from jsonb_to_recordset(?::jsonb)
       as row (${ROW_TYPES}, score smallint, score_reasons jsonb)`,
    [workspaceId, importId, now, JSON.stringify(scored)]
  )
}

/** @returns how many rows really changed */
async function updateProspects(
  trx: TransactionClientContract,
  workspaceId: string,
  importId: string,
  matched: { stored: StoredProspectRow; row: ProspectRow }[]
): Promise<number> {
  const changes = matched.flatMap(({ stored, row }) => {
    const difference = differences(normalised(stored), row)
    return difference
      ? [{ id: stored.id, row, own: stored.import_id === importId, ...difference }]
      : []
  })
  if (changes.length === 0) return 0

  await trx.rawQuery(
    `update prospects p set (${COLUMN_LIST}, updated_at) =
       (${ROW_COLUMNS.map((column) => `row.${column}`).join(', ')}, now())
     from jsonb_to_recordset(?::jsonb) as row (id uuid, ${ROW_TYPES})
     where p.workspace_id = ? and p.id = row.id`,
    [JSON.stringify(changes.map(({ id, row }) => ({ id, ...row }))), workspaceId]
  )
  // People whom this import created need no way back: undo removes them.
  const foreign = changes.filter(({ own }) => !own)
  await trx.rawQuery(
    `insert into prospect_import_changes (workspace_id, import_id, prospect_id, before, after)
     select ?, ?, id, before, after
     from jsonb_to_recordset(?::jsonb) as change (id uuid, before jsonb, after jsonb)`,
    [
      workspaceId,
      importId,
      JSON.stringify(foreign.map(({ id, before, after }) => ({ id, before, after }))),
    ]
  )
  await rescore(
    workspaceId,
    changes.map(({ id }) => id),
    trx
  )
  return changes.length
}

function normalised(row: StoredProspectRow): ProspectRow {
  const at = row.consent_at as unknown
  return { ...row, consent_at: at instanceof Date ? at.toISOString() : row.consent_at }
}
