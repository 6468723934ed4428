import db from '@adonisjs/lucid/services/db'
import { registeredOperations } from '#shared/api/route'
import type User from '#app/accounts/models/user'
import Workspace from '#app/accounts/models/workspace'
import { recordAudit } from '#app/accounts/services/record_audit'

/** What every key may do: ask who it is. */
export const BASE_SCOPE = 'accounts:read'

/** Every operation, also those of later versions. */
export const FULL_SCOPE = '*'

export interface ApiKeyRow {
  id: number
  name: string
  scopes: string[]
  createdAt: Date
  lastUsedAt: Date | null
  expiresAt: Date | null
  expired: boolean
  createdBy: string | null
}

/** Scopes that can be ticked, with the operations that each one opens. */
export function grantableScopes(): { scope: string; operations: string[] }[] {
  const scopes = new Map<string, string[]>()
  for (const { scope, method, path, summary } of registeredOperations()) {
    if (scope === BASE_SCOPE) continue
    const entry = `${method.toUpperCase()} ${path}: ${summary}`
    scopes.set(scope, [...(scopes.get(scope) ?? []), entry])
  }
  return [...scopes]
    .map(([scope, operations]) => ({ scope, operations }))
    .sort((a, b) => a.scope.localeCompare(b.scope))
}

export async function listApiKeys(workspaceId: string): Promise<ApiKeyRow[]> {
  const { rows } = await db.rawQuery<{ rows: (ApiKeyRow & { abilities: string })[] }>(
    `select k.id, coalesce(k.name, '') as name, k.abilities,
            k.created_at as "createdAt", k.last_used_at as "lastUsedAt", k.expires_at as "expiresAt",
            coalesce(k.expires_at < now(), false) as expired,
            coalesce(u.full_name, u.email::text) as "createdBy"
       from api_keys k left join users u on u.id = k.created_by
      where k.tokenable_id = ? order by k.id desc`,
    [workspaceId]
  )
  return rows.map(({ abilities, ...row }) => ({
    ...row,
    scopes: JSON.parse(abilities) as string[],
  }))
}

/** Makes a key and returns its secret, which nobody can read again. */
export async function createApiKey(input: {
  workspace: Workspace
  creator: User
  name: string
  scopes: string[]
  expiresInDays: number | null
}): Promise<string> {
  const { workspace, creator, name } = input
  const scopes = input.scopes.includes(FULL_SCOPE)
    ? [FULL_SCOPE]
    : [...new Set([BASE_SCOPE, ...input.scopes])]
  const key = await Workspace.apiKeys.create(workspace, scopes, {
    name,
    ...(input.expiresInDays ? { expiresIn: `${input.expiresInDays} days` } : {}),
  })
  await db.from('api_keys').where('id', Number(key.identifier)).update({ created_by: creator.id })
  await recordAudit({
    workspaceId: workspace.id,
    actorId: creator.id,
    action: 'accounts.key_created',
    subjectType: 'api_key',
    subjectId: String(key.identifier),
    details: { name, scopes },
  })
  return key.value!.release()
}

/** Revokes at once: the next request with the key is refused. False when there is no such key. */
export async function revokeApiKey(input: {
  workspaceId: string
  actorId: string
  keyId: number
}): Promise<boolean> {
  return db.transaction(async (trx) => {
    const { rows } = await trx.rawQuery<{ rows: { name: string }[] }>(
      `delete from api_keys where id = ? and tokenable_id = ? returning coalesce(name, '') as name`,
      [input.keyId, input.workspaceId]
    )
    if (!rows[0]) return false
    await recordAudit(
      {
        workspaceId: input.workspaceId,
        actorId: input.actorId,
        action: 'accounts.key_revoked',
        subjectType: 'api_key',
        subjectId: input.keyId,
        details: { name: rows[0].name },
      },
      trx
    )
    return true
  })
}
