import db from '@adonisjs/lucid/services/db'

/**
 * Nano-USD that answers from memory and from the box's own model would have cost at a provider,
 * in the last 30 days.
 */
export async function savedThisMonth(workspaceId: string): Promise<number> {
  const row = await db
    .from('llm_calls')
    .where('workspace_id', workspaceId)
    .where('created_at', '>', new Date(Date.now() - 30 * 86_400_000))
    .sum('saved_nano as saved')
    .first()
  return Number(row?.saved ?? 0)
}
