import type { ProspectDraft } from '#app/crm/imports/read_row'

/** The columns of `prospects` that an import may write. */
export interface ProspectRow {
  name: string | null
  first_name: string | null
  last_name: string | null
  email: string | null
  phone: string | null
  company_id: string | null
  company_name: string | null
  job_title: string | null
  city: string | null
  country: string | null
  locale: string
  consent_status: string
  consent_basis: string | null
  consent_at: string | null
  consent_source: string | null
  tags: string[]
  custom: Record<string, string>
}

export type StoredProspectRow = ProspectRow & { id: string; import_id: string | null }

/** Column definitions for `jsonb_to_recordset`, in the order of ROW_COLUMNS. */
export const ROW_TYPES = `name text, first_name text, last_name text, email citext, phone text,
  company_id uuid, company_name text, job_title text, city text, country text, locale text,
  consent_status text, consent_basis text, consent_at timestamptz, consent_source text,
  tags text[], custom jsonb`

export const ROW_COLUMNS = [
  'name',
  'first_name',
  'last_name',
  'email',
  'phone',
  'company_id',
  'company_name',
  'job_title',
  'city',
  'country',
  'locale',
  'consent_status',
  'consent_basis',
  'consent_at',
  'consent_source',
  'tags',
  'custom',
] as const satisfies (keyof ProspectRow)[]

export interface RowContext {
  locale: string
  /** Words that prove where a consent came from, e.g. the file's name. */
  consentSource: string
  now: string
  companyIds: Map<string, string>
}

export function newRow(draft: ProspectDraft, context: RowContext): ProspectRow {
  return {
    name: draft.name,
    first_name: draft.firstName,
    last_name: draft.lastName,
    email: draft.email,
    phone: draft.phone,
    company_id: companyId(draft, context),
    company_name: draft.company,
    job_title: draft.jobTitle,
    city: draft.city,
    country: draft.country,
    locale: draft.locale ?? context.locale,
    ...consentOf(draft, context),
    tags: draft.tags,
    custom: draft.custom,
  }
}

/**
 * What a stored prospect becomes: the file wins where it says something, e-mail and phone are
 * only filled in, tags and custom values add up. A consent that somebody withdrew or refused is
 * never given back by a file.
 */
export function mergedRow(
  stored: StoredProspectRow,
  draft: ProspectDraft,
  context: RowContext
): ProspectRow {
  const named = draft.firstName !== null || draft.lastName !== null
  const consentChanges =
    draft.consent !== null && (stored.consent_status === 'unknown' || draft.consent === false)
  const custom = { ...stored.custom, ...draft.custom }
  if (draft.email && stored.email && draft.email !== stored.email.toLowerCase()) {
    custom.other_email = draft.email
  }
  if (draft.phone && stored.phone && draft.phone !== stored.phone) {
    custom.other_phone = draft.phone
  }
  return {
    name: draft.name ?? stored.name,
    first_name: named ? draft.firstName : stored.first_name,
    last_name: named ? draft.lastName : stored.last_name,
    email: stored.email ?? draft.email,
    phone: stored.phone ?? draft.phone,
    company_id: draft.company ? companyId(draft, context) : stored.company_id,
    company_name: draft.company ?? stored.company_name,
    job_title: draft.jobTitle ?? stored.job_title,
    city: draft.city ?? stored.city,
    country: draft.country ?? stored.country,
    locale: draft.locale ?? stored.locale,
    ...(consentChanges && !(stored.consent_status === 'refused' && draft.consent === false)
      ? consentOf(draft, context)
      : {
          consent_status: stored.consent_status,
          consent_basis: stored.consent_basis,
          consent_at: stored.consent_at,
          consent_source: stored.consent_source,
        }),
    tags: [...new Set([...stored.tags, ...draft.tags])],
    custom,
  }
}

/** The columns in which two rows differ, with both values; null when there are none. */
export function differences(
  before: ProspectRow,
  after: ProspectRow
): { before: Partial<ProspectRow>; after: Partial<ProspectRow> } | null {
  const changed = ROW_COLUMNS.filter((column) => !same(before[column], after[column]))
  if (changed.length === 0) return null
  const pick = (row: ProspectRow) =>
    Object.fromEntries(changed.map((column) => [column, row[column]])) as Partial<ProspectRow>
  return { before: pick(before), after: pick(after) }
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false
  return stable(a) === stable(b)
}

function stable(value: object): string {
  return JSON.stringify(Array.isArray(value) ? value : Object.entries(value).sort())
}

function companyId(draft: ProspectDraft, { companyIds }: RowContext): string | null {
  return draft.company ? (companyIds.get(draft.company.toLowerCase()) ?? null) : null
}

function consentOf(draft: ProspectDraft, context: RowContext) {
  if (draft.consent === null) {
    return {
      consent_status: 'unknown',
      consent_basis: null,
      consent_at: null,
      consent_source: null,
    }
  }
  return {
    consent_status: draft.consent ? 'given' : 'refused',
    consent_basis: draft.consent ? 'consent' : null,
    consent_at: context.now,
    consent_source: context.consentSource,
  }
}
