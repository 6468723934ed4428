import { pipelineSummary } from '#crm'
import { wallet, type WalletSummary } from '#wallet'
import type { Workspace } from '#accounts'
import { countByDay, type TwoWeeks } from '#app/reports/home/facts/day_counts'
import {
  latestConversations,
  type LatestConversation,
} from '#app/reports/home/facts/latest_conversations'
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
    pipelineOf(id, now),
    wallet.summary(id),
    latestConversations(id, 6),
    tasksDue(id, timezone, 6, now),
  ])
  return { setUp, conversations, leads, pipeline, wallet: money, latest, tasks }
}

/** What is open does not depend on a period: an empty one leaves the rest uncounted. */
async function pipelineOf(workspaceId: string, now: Date): Promise<Pipeline> {
  const { open } = await pipelineSummary(workspaceId, now, now)
  return {
    openDeals: open.reduce((sum, { count }) => sum + count, 0),
    openCents: open.reduce((sum, { amountCents }) => sum + amountCents, 0),
    weightedCents: open.reduce((sum, { weightedCents }) => sum + weightedCents, 0),
  }
}
