import { catalogueSize, handoffsWaiting } from '#sales_agent'
import { wallet } from '#wallet'
import { leadsWithoutFollowUp } from '#app/reports/facts/pipeline_source'
import type { Standing } from '#app/reports/facts/week_facts'

/** How things stand right now, for the suggestions. */
export async function readStanding(workspaceId: string, now: Date): Promise<Standing> {
  const [handoffs, leads, products, credit] = await Promise.all([
    handoffsWaiting(workspaceId),
    leadsWithoutFollowUp(workspaceId, now),
    catalogueSize(workspaceId),
    wallet.summary(workspaceId),
  ])
  return {
    handoffsWaiting: handoffs,
    leadsWithoutFollowUp: leads,
    products,
    usdAvailableMicros: credit.usd.availableMicros,
    conversationsAvailable: credit.conversations.available,
    conversationsUnlimited: credit.conversations.unlimited,
  }
}
