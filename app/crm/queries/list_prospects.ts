import db from '@adonisjs/lucid/services/db'
import { escapeLike } from '#shared/like'
import { decodeCursor, encodeCursor } from '#app/crm/queries/cursor'

const SORTS = {
  activity: { column: 'last_activity_at', type: 'timestamptz', kind: 'time' },
  newest: { column: 'created_at', type: 'timestamptz', kind: 'time' },
  score: { column: 'score', type: 'smallint', kind: 'number' },
} as const

export type ProspectSort = keyof typeof SORTS

/** People of the sorted list that are searched one by one before the trigram index is asked. */
const WALK = 2000

/** A search that hits more people than that wants more letters; the rest stays unseen. */
const MAX_HITS = 5000

export interface ProspectListFilters {
  q?: string | null
  source?: string | null
  consent?: string | null
  tag?: string | null
  sort?: ProspectSort | null
  cursor?: string | null
  limit?: number
}

export interface ProspectListRow {
  id: string
  name: string | null
  email: string | null
  phone: string | null
  company_name: string | null
  city: string | null
  country: string | null
  locale: string
  source: string
  consent_status: string
  tags: string[]
  score: number
  last_activity_at: Date
  created_at: Date
}

export interface ProspectPage {
  rows: ProspectListRow[]
  next: string | null
}

/**
 * One page of prospects, in the same time whether the workspace has a hundred or a hundred
 * thousand. Every sort walks its index. A search first looks through the top of the sorted list,
 * where a frequent word fills the page at once; only a rarer one goes to the trigram index,
 * whose hits are then few enough to be sorted.
 */
export async function listProspects(
  workspaceId: string,
  filters: ProspectListFilters
): Promise<ProspectPage> {
  const limit = filters.limit ?? 50
  const { column, type, kind } = SORTS[filters.sort ?? 'activity']
  const bindings: Record<string, string | number> = { workspace: workspaceId, limit: limit + 1 }
  const where = ['p.workspace_id = :workspace']
  for (const [key, sql] of [
    ['source', 'p.source = :source'],
    ['consent', 'p.consent_status = :consent'],
    ['tag', 'p.tags @> array[:tag]::text[]'],
  ] as const) {
    const value = filters[key]?.replaceAll('\0', '').toWellFormed()
    if (!value) continue
    bindings[key] = value
    where.push(sql)
  }
  const cursor = decodeCursor(filters.cursor, kind)
  if (cursor) {
    bindings.value = cursor.value
    bindings.id = cursor.id
    where.push(`(p.${column}, p.id) < (:value::${type}, :id::uuid)`)
  }

  const columns = `p.id, p.name, p.email, p.phone, p.company_name, p.city, p.country, p.locale,
    p.source, p.consent_status, p.tags, p.score, p.last_activity_at, p.created_at,
    p.${column}::text as place`
  const order = `order by p.${column} desc, p.id desc`
  const read = async (sql: string) => {
    const result = await db.rawQuery<{ rows: (ProspectListRow & { place: string })[] }>(
      sql,
      bindings
    )
    return result.rows
  }

  const pattern = searchPattern(filters.q)
  if (!pattern) {
    const sql = `select ${columns} from prospects p where ${where.join(' and ')} ${order}`
    return pageOf(await read(`${sql} limit :limit`), limit)
  }
  bindings.pattern = pattern
  const top = `select * from prospects p where ${where.join(' and ')} ${order} limit ${WALK}`
  const walked = await read(
    `select ${columns} from (${top}) p where p.search like crm_fold(:pattern)
     ${order} limit :limit`
  )
  if (walked.length > limit) return pageOf(walked, limit)
  const found = await read(
    `with hits as materialized (
       select p.* from prospects p where ${where.join(' and ')}
         and p.search like crm_fold(:pattern) limit ${MAX_HITS}
     )
     select ${columns} from hits p ${order} limit :limit`
  )
  return pageOf(found, limit)
}

function pageOf(rows: (ProspectListRow & { place: string })[], limit: number): ProspectPage {
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return {
    rows: rows.slice(0, limit),
    next: last ? encodeCursor({ value: last.place, id: last.id }) : null,
  }
}

/** `like` pattern of a search; a national phone number is looked for without its leading zero. */
function searchPattern(q: string | null | undefined): string | null {
  const text = q?.replaceAll('\0', '').trim()
  if (!text) return null
  const digits = text.replace(/[\s.()-]/g, '')
  const wanted = /^\+?\d{4,}$/.test(digits) ? digits.replace(/^(00|0)(?=\d)/, '') : text
  return `%${escapeLike(wanted.toWellFormed())}%`
}

/** Sources in use, for the filter. Skips from value to value through the index. */
export async function prospectSources(workspaceId: string): Promise<string[]> {
  const { rows } = await db.rawQuery<{ rows: { source: string }[] }>(
    `with recursive sources as (
       (select source from prospects where workspace_id = :workspace order by source limit 1)
       union all
       select (select p.source from prospects p
         where p.workspace_id = :workspace and p.source > s.source order by p.source limit 1)
       from sources s where s.source is not null
     )
     select source from sources where source is not null limit 50`,
    { workspace: workspaceId }
  )
  return rows.map(({ source }) => source)
}

/** How many prospects there are, counted up to `cap`: a table need not be walked for a label. */
export async function countProspects(workspaceId: string, cap: number): Promise<number> {
  const { rows } = await db.rawQuery<{ rows: { count: number }[] }>(
    'select count(*) as count from (select from prospects where workspace_id = ? limit ?) as p',
    [workspaceId, cap]
  )
  return rows[0]!.count
}
