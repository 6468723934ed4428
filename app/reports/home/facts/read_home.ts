import db from '@adonisjs/lucid/services/db'
import { Deal } from '#crm'
import { latestConversations, type LatestConversation } from '#sales_agent'
import { wallet, type WalletSummary } from '#wallet'
import type { Workspace } from '#accounts'
import { countByDay, type TwoWeeks } from '#app/reports/home/facts/day_counts'
import { setUpOf, type SetUp } from '#app/reports/home/facts/set_up'
import { tasksDue, type TaskDue } from '#app/reports/home/facts/tasks_due'

export interface Pipeline {
  openDeals: number
  /** Cents of the workspace's currency; `weighted` by each stage's probability. */
  openCents: number
  weightedCents: number
}

export interface HomeFacts {
  setUp: SetUp
  conversations: TwoWeeks
  leads: TwoWeeks
  pipeline: Pipeline
  wallet: WalletSummary
  latest: LatestConversation[]
  tasks: TaskDue[]
}

/** Everything on the home page, read from the rooms at once. */
export async function readHome(workspace: Workspace, now = new Date()): Promise<HomeFacts> {
  const { id, timezone } = workspace
  const [setUp, conversations, leads, pipeline, money, latest, tasks] = await Promise.all([
    setUpOf(id),
    countByDay('conversations', id, timezone, now),
    countByDay('leads', id, timezone, now),
    pipelineOf(id),
    wallet.summary(id),
    latestConversations(id, 6),
    tasksDue(id, timezone, 6, now),
  ])
  return { setUp, conversations, leads, pipeline, wallet: money, latest, tasks }
}

async function pipelineOf(workspaceId: string): Promise<Pipeline> {
  const [open] = await Deal.in(workspaceId)
    .where('deals.status', 'open')
    .join('stages', 'stages.id', 'deals.stage_id')
    .select(
      db.raw(
        `count(*) as "openDeals",
         coalesce(sum(amount_cents), 0)::bigint as "openCents",
         coalesce(round(sum(amount_cents * coalesce(deals.probability, stages.probability) / 100.0)),
           0)::bigint as "weightedCents"`
      )
    )
    .pojo<Pipeline>()
  return open!
}
