import { sql } from '#app/sales_agent/conversations/services/sql'

/** Counts a page view on the workspace's own calendar day. */
export async function countVisit(workspaceId: string): Promise<void> {
  await sql(
    `insert into page_visits (workspace_id, day, visits)
     select id, (now() at time zone timezone)::date, 1 from workspaces where id = :workspaceId
     on conflict (workspace_id, day) do update set visits = page_visits.visits + 1`,
    { workspaceId }
  )
}
