import { AccessToken } from '@adonisjs/auth/access_tokens'
import db from '@adonisjs/lucid/services/db'
import { timingSafeEqual } from 'node:crypto'
import { fromRow } from '#app/accounts/models/from_row'
import Workspace, { API_KEY_PREFIX } from '#app/accounts/models/workspace'
import { hashToken } from '#app/accounts/services/secret_token'

export interface VerifiedKey {
  id: number
  name: string
  scopes: string[]
  workspace: Workspace
}

interface Row {
  id: number
  name: string | null
  hash: string
  abilities: string
  stale: boolean
  workspace: Record<string, unknown>
}

/** Last use is kept to the minute: a key in heavy use must not write a row per request. */
const LAST_USE_SECONDS = 60

/**
 * Finds the key and its workspace in one query; null for anything but a valid key. Not cached,
 * so that revoking a key counts from its next request on.
 */
export async function verifyApiKey(secret: string): Promise<VerifiedKey | null> {
  const decoded = AccessToken.decode(API_KEY_PREFIX, secret)
  if (!decoded || !/^\d{1,9}$/.test(decoded.identifier)) return null
  const { rows } = await db.rawQuery<{ rows: Row[] }>(
    `select k.id, k.name, k.hash, k.abilities, to_jsonb(w) as workspace,
            coalesce(k.last_used_at < now() - make_interval(secs => :seconds), true) as stale
       from api_keys k join workspaces w on w.id = k.tokenable_id
      where k.id = :id and k.type = 'api_key' and (k.expires_at is null or k.expires_at > now())`,
    { id: Number(decoded.identifier), seconds: LAST_USE_SECONDS }
  )
  const row = rows[0]
  if (!row || !matches(row.hash, decoded.secret.release())) return null
  if (row.stale) {
    await db.from('api_keys').where('id', row.id).update({ last_used_at: new Date() })
  }
  return {
    id: row.id,
    name: row.name ?? '',
    scopes: JSON.parse(row.abilities) as string[],
    workspace: fromRow(Workspace, row.workspace),
  }
}

function matches(hash: string, secret: string): boolean {
  const [left, right] = [Buffer.from(hash), Buffer.from(hashToken(secret))]
  return left.length === right.length && timingSafeEqual(left, right)
}
