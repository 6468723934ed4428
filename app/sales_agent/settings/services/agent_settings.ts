import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { nanoid } from 'nanoid'
import { sql } from '#app/sales_agent/conversations/services/sql'
import AgentSettings from '#app/sales_agent/settings/models/agent_settings'

const DEFAULT_NAME = 'Camille'

/** Gives a new workspace its agent and the widget's public key. Safe to repeat. */
export async function createAgentSettings(
  workspaceId: string,
  trx?: TransactionClientContract
): Promise<void> {
  await sql(
    `insert into agent_settings (workspace_id, name, widget_key)
     values (:workspaceId, :name, :key) on conflict (workspace_id) do nothing`,
    { workspaceId, name: DEFAULT_NAME, key: `wk_${nanoid(24)}` },
    trx
  )
}

/** Settings of a workspace's agent; made on the spot for a workspace that has none yet. */
export async function agentSettingsOf(workspaceId: string): Promise<AgentSettings> {
  const found = await AgentSettings.in(workspaceId).first()
  if (found) return found
  await createAgentSettings(workspaceId)
  return AgentSettings.in(workspaceId).firstOrFail()
}
