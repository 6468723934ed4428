import { Deal } from '#crm'
import type { LossReason } from '#app/reports/facts/week_facts'
import type { WonDeal } from '#app/reports/measures/attribution'
import type { WeekBounds } from '#app/reports/weeks/week'

/** A lead that still stands where it arrived after this long was forgotten. */
const FOLLOW_UP_DAYS = 2

export interface PipelineWeek {
  dealsCreated: number
  dealsLost: number
  lossReasons: LossReason[]
  wonDeals: WonDeal[]
}

/** What the pipeline tells about one week: every won deal, since each may be attributed. */
export async function pipelineWeek(
  workspaceId: string,
  { from, to }: WeekBounds
): Promise<PipelineWeek> {
  const within = (column: string) =>
    Deal.in(workspaceId).where(column, '>=', from).where(column, '<', to)
  const [created, lost, won] = await Promise.all([
    within('createdAt').count('* as total').pojo<{ total: number }>().first(),
    within('lostAt')
      .where('status', 'lost')
      .select('lostReason')
      .count('* as total')
      .groupBy('lostReason')
      .pojo<{ lost_reason: string | null; total: number }>(),
    within('wonAt').where('status', 'won').preload('prospect').preload('company'),
  ])
  return {
    dealsCreated: created?.total ?? 0,
    dealsLost: lost.reduce((sum, one) => sum + one.total, 0),
    lossReasons: lost.map((one) => ({ reason: one.lost_reason, count: one.total })),
    wonDeals: won.map(wonDeal),
  }
}

/** Open deals from conversations that nobody has moved since they arrived. */
export async function leadsWithoutFollowUp(workspaceId: string, now: Date): Promise<number> {
  const limit = new Date(now.getTime() - FOLLOW_UP_DAYS * 86_400_000)
  const found = await Deal.in(workspaceId)
    .where('status', 'open')
    .whereNotNull('conversationId')
    .where('createdAt', '<', limit)
    .whereRaw("entered_stage_at < created_at + interval '1 minute'")
    .count('* as total')
    .pojo<{ total: number }>()
    .first()
  return found?.total ?? 0
}

function wonDeal(deal: Deal): WonDeal {
  const person = deal.prospect?.name ?? deal.prospect?.email ?? null
  return {
    dealId: deal.id,
    title: deal.title,
    customer: deal.company?.name ?? person,
    amountCents: deal.amountCents ?? 0,
    wonAt: deal.wonAt?.toUTC().toISO() ?? deal.createdAt.toUTC().toISO()!,
    conversationId: deal.conversationId,
    // The agent opens the deal in the conversation, so both begin together.
    conversationAt: deal.createdAt.toUTC().toISO(),
  }
}
