import { randomUUID } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'

interface Column {
  name: string
  type: string
  maxLength: number | null
  nullable: boolean
  hasDefault: boolean
  /** Values that a check allows, when it lists them. */
  allowed: string[] | null
}

interface ForeignKey {
  table: string
  columns: string[]
  /** The columns that they name in `table`, in the same order. */
  targets: string[]
}

/** Every table that holds a business's data, by the column that says so. */
export async function tenantTables(): Promise<string[]> {
  const { rows } = await db.rawQuery<{ rows: { name: string }[] }>(
    `select c.table_name as name
       from information_schema.columns c
       join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and c.column_name = 'workspace_id'
        and t.table_type = 'BASE TABLE'
      order by 1`
  )
  return rows.map(({ name }) => name)
}

/**
 * Puts one row into a table of which the tests know nothing, with `text` wherever a text fits.
 * Answers false when the table refuses it, as the ledger does.
 */
export async function plantRow(table: string, workspaceId: string, text: string): Promise<boolean> {
  const values: Record<string, unknown> = { workspace_id: workspaceId }
  for (const key of await foreignKeysOf(table)) {
    if (!key.targets.includes('workspace_id')) continue
    const row = await db.from(key.table).where('workspace_id', workspaceId).first()
    for (const [index, column] of key.columns.entries()) {
      if (row && column !== 'workspace_id') values[column] = row[key.targets[index]!]
    }
  }
  for (const column of await columnsOf(table)) {
    if (column.name in values || column.hasDefault) continue
    if (column.nullable && column.type !== 'text') continue
    values[column.name] = valueFor(column, text)
  }
  try {
    await db.table(table).insert(values)
    return true
  } catch (error) {
    if (process.env.PLANT_DEBUG) console.log(table, (error as Error).message)
    return false
  }
}

/** Values that must have a form of their own, by the name of the column. */
const SHAPED: Record<string, unknown> = {
  week: '2026-W46',
  locale: 'en',
  currency: 'EUR',
  cells: JSON.stringify(['planted']),
}

function valueFor({ name, type, allowed, maxLength }: Column, text: string): unknown {
  if (allowed?.length) return allowed[0]
  if (name in SHAPED) return SHAPED[name]
  switch (type) {
    case 'bytea':
      return Buffer.from('planted')
    case 'boolean':
      return false
    case 'jsonb':
      return JSON.stringify({ text })
    case 'ARRAY':
      return []
    case 'date':
    case 'timestamp with time zone':
      return new Date()
    case 'uuid':
      return randomUUID()
    case 'integer':
    case 'bigint':
    case 'smallint':
    case 'numeric':
      return 1
    default:
      return maxLength ? text.slice(0, maxLength) : text
  }
}

async function columnsOf(table: string): Promise<Column[]> {
  const { rows } = await db.rawQuery<{ rows: (Column & { checks: string | null })[] }>(
    `select column_name as name, data_type as type, character_maximum_length as "maxLength",
            is_nullable = 'YES' as nullable,
            column_default is not null or is_generated = 'ALWAYS' as "hasDefault",
            (select string_agg(pg_get_constraintdef(k.oid), ' ')
               from pg_constraint k
              where k.conrelid = c.table_name::regclass and k.contype = 'c'
                and pg_get_constraintdef(k.oid) ~ ('\\y' || c.column_name || '\\y')) as checks
       from information_schema.columns c
      where table_schema = 'public' and table_name = ?`,
    [table]
  )
  return rows.map((row) => ({ ...row, allowed: allowedBy(row.checks) }))
}

/** Literals of `column = ANY (ARRAY['a'::text, 'b'::text])`. */
function allowedBy(checks: string | null): string[] | null {
  const list = checks && /ARRAY\[(.*?)\]/.exec(checks)?.[1]
  if (!list) return null
  return [...list.matchAll(/'([^']*)'/g)].map(([, literal]) => literal!)
}

async function foreignKeysOf(table: string): Promise<ForeignKey[]> {
  const { rows } = await db.rawQuery<{ rows: ForeignKey[] }>(
    `select k.confrelid::regclass::text as table,
            array(select a.attname::text from unnest(k.conkey) with ordinality n (number, place)
                    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n.number
                   order by n.place) as columns,
            array(select a.attname::text from unnest(k.confkey) with ordinality n (number, place)
                    join pg_attribute a on a.attrelid = k.confrelid and a.attnum = n.number
                   order by n.place) as targets
       from pg_constraint k
      where k.contype = 'f' and k.conrelid = ?::regclass`,
    [table]
  )
  return rows
}
