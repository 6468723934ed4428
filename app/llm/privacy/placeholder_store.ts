import encryption from '@adonisjs/core/services/encryption'
import db from '@adonisjs/lucid/services/db'
import { privacy } from '#config/llm'
import type { ModelRequest } from '#app/llm/types'
import { PlaceholderMap } from './placeholder_map.js'

type Reference = ModelRequest['reference']

/** Placeholders that a conversation already has; an empty map for a request of its own. */
export async function readPlaceholders(
  workspaceId: string,
  reference: Reference
): Promise<PlaceholderMap> {
  if (!reference) return new PlaceholderMap()
  const row = await db
    .from('llm_placeholders')
    .where({
      workspace_id: workspaceId,
      reference_type: reference.type,
      reference_id: reference.id,
    })
    .where('expires_at', '>', new Date())
    .select('mapping')
    .first()
  // A mapping of another APP_KEY cannot be read any more: the conversation starts a new one.
  return new PlaceholderMap(encryption.decrypt<[string, string][]>(row?.mapping ?? '') ?? [])
}

/** Keeps them, encrypted, until nobody has used the conversation for a while. */
export async function keepPlaceholders(
  workspaceId: string,
  reference: Reference,
  placeholders: PlaceholderMap
): Promise<void> {
  if (!reference || !placeholders.changed) return
  await db
    .table('llm_placeholders')
    .insert({
      workspace_id: workspaceId,
      reference_type: reference.type,
      reference_id: reference.id,
      mapping: encryption.encrypt(placeholders.entries()),
      expires_at: new Date(Date.now() + privacy.placeholderHours * 3_600_000),
    })
    .onConflict(['workspace_id', 'reference_type', 'reference_id'])
    .merge(['mapping', 'expires_at'])
}
