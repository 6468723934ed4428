import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { CountedWeek } from '#app/reports/facts/week_facts'
import type { WeekId } from '#app/reports/weeks/week'

/** Facts of a closed week may still change by hand (a deal dated back); they are counted anew. */
const FRESH_FOR = '10 minutes'

/** Facts of closed weeks that were counted a short while ago. */
export async function readWeekFacts(
  workspaceId: string,
  weeks: WeekId[]
): Promise<Map<WeekId, CountedWeek>> {
  const { rows } = await db.rawQuery<{ rows: { facts: CountedWeek }[] }>(
    `select facts from report_week_facts
     where workspace_id = :workspaceId and week = any(:weeks)
       and counted_at > now() - interval '${FRESH_FOR}'`,
    { workspaceId, weeks }
  )
  return new Map(rows.map(({ facts }) => [facts.week, facts]))
}

export async function keepWeekFacts(workspaceId: string, facts: CountedWeek[]): Promise<void> {
  if (facts.length === 0) return
  await db.rawQuery(
    `insert into report_week_facts (workspace_id, week, facts)
     select :workspaceId, one->>'week', one from jsonb_array_elements(:facts::jsonb) as one
     on conflict (workspace_id, week) do update
       set facts = excluded.facts, counted_at = excluded.counted_at`,
    { workspaceId, facts: JSON.stringify(facts) }
  )
}

/** Forgets what was counted, after something in the past of a workspace has changed. */
export async function forgetWeekFacts(
  workspaceId: string,
  trx?: TransactionClientContract
): Promise<void> {
  await (trx ?? db).from('report_week_facts').where('workspace_id', workspaceId).delete()
}
