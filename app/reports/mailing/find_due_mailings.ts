import db from '@adonisjs/lucid/services/db'
import { closedWeek, dueAt, weekBounds, type WeekId } from '#app/reports/weeks/week'

export interface Mailing {
  workspaceId: string
  week: WeekId
}

interface Candidate {
  id: string
  timezone: string
  created_at: Date
}

/**
 * Mailings that wait at `now`: workspaces whose clocks have passed Monday 08:00 and whose
 * closed week was not sent, and mailings of earlier weeks that a crash or a mail server in
 * trouble left unfinished. A workspace opened after a week has no report of it.
 */
export async function findDueMailings(now: Date): Promise<Mailing[]> {
  const [{ rows: candidates }, { rows: unfinished }] = await Promise.all([
    db.rawQuery<{ rows: Candidate[] }>(
      `select w.id, w.timezone, w.created_at from workspaces w
       where exists (select from report_subscriptions s where s.workspace_id = w.id)`
    ),
    db.rawQuery<{ rows: { workspace_id: string; week: WeekId }[] }>(
      'select workspace_id, week from weekly_mailings where finished_at is null'
    ),
  ])
  const due = candidates
    .map((one) => ({ ...one, week: closedWeek(now, one.timezone) }))
    .filter(({ week, timezone, created_at: openedAt }) => {
      const isDue = now >= dueAt(week, timezone)
      return isDue && openedAt < new Date(weekBounds(week, timezone).to)
    })
    .map(({ id, week }) => ({ workspaceId: id, week }))

  const finished = await finishedAmong(due)
  const waiting = due.filter((one) => !finished.has(keyOf(one)))
  const resumed = unfinished.map((row) => ({ workspaceId: row.workspace_id, week: row.week }))
  return [...new Map([...resumed, ...waiting].map((one) => [keyOf(one), one])).values()]
}

async function finishedAmong(mailings: Mailing[]): Promise<Set<string>> {
  const weeks = [...new Set(mailings.map((one) => one.week))]
  if (weeks.length === 0) return new Set()
  const { rows } = await db.rawQuery<{ rows: { workspace_id: string; week: WeekId }[] }>(
    `select workspace_id, week from weekly_mailings
     where finished_at is not null and week = any(:weeks)`,
    { weeks }
  )
  return new Set(rows.map((row) => keyOf({ workspaceId: row.workspace_id, week: row.week })))
}

const keyOf = ({ workspaceId, week }: Mailing) => `${workspaceId}/${week}`
