/** What a column of an import can become. `custom` keeps it beside, `ignore` drops it. */
export const PROSPECT_FIELDS = [
  'name',
  'first_name',
  'last_name',
  'email',
  'phone',
  'company',
  'job_title',
  'city',
  'country',
  'locale',
  'source',
  'tags',
  'consent',
] as const

export const COLUMN_TARGETS = [...PROSPECT_FIELDS, 'custom', 'ignore'] as const

export type ProspectField = (typeof PROSPECT_FIELDS)[number]
export type ColumnTarget = (typeof COLUMN_TARGETS)[number]

/** Header of the file → what it becomes. */
export type ColumnMapping = Record<string, ColumnTarget>
