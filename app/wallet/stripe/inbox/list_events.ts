import db from '@adonisjs/lucid/services/db'
import { decodeCursor, pageOf, type Page } from '#shared/pagination'

const ROWS = 50

export interface EventEntry {
  id: string
  type: string
  business_key: string
  subject: string | null
  received_at: Date
  processed_at: Date | null
  attempts: number
  error: string | null
}

/** Stripe's events, the latest first; `failed` are those that ended in an error. */
export async function listEvents(filter: {
  state?: 'failed' | 'waiting'
  cursor?: string
}): Promise<Page<EventEntry>> {
  const after = decodeCursor(filter.cursor, ['time', 'text'])
  const query = db
    .from('stripe_events')
    .select('*')
    .select(db.raw(`to_json(received_at) #>> '{}' as received`))
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(ROWS + 1)
  if (filter.state) query.whereNull('processed_at')
  if (filter.state === 'failed') query.whereNotNull('error')
  if (after) query.whereRaw('(received_at, id) < (?::timestamptz, ?)', [...after])
  const rows = (await query) as (EventEntry & { received: string })[]
  return pageOf(rows, ROWS, (row) => [row.received, row.id])
}
