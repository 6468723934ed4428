import type { NodeMailerMessage } from '@adonisjs/mail/types'
import { ROLES, type Role } from '#app/accounts/roles'

/** Whose message this is. Set it on every mail that a workspace sends. */
export const WORKSPACE_HEADER = 'X-Workspace-Id'

/** Lowest role that may read it in the outbox. Default: manager. */
export const MIN_ROLE_HEADER = 'X-Min-Role'

/** Reads the two headers and takes them off: they are for this box, not for the world. */
export function takeMailHeaders(message: NodeMailerMessage): {
  workspaceId: string | null
  minRole: Role | null
} {
  const taken: Record<string, string> = {}
  const keep = (key: string, value: unknown) => {
    const name = key.toLowerCase()
    const isOurs = name === WORKSPACE_HEADER.toLowerCase() || name === MIN_ROLE_HEADER.toLowerCase()
    if (isOurs) taken[name] = String(value)
    return !isOurs
  }
  const { headers } = message
  if (Array.isArray(headers)) {
    message.headers = headers.filter((header) => keep(header.key, header.value))
  } else if (headers) {
    message.headers = Object.fromEntries(
      Object.entries(headers).filter(([key, value]) => keep(key, value))
    ) as typeof headers
  }
  const role = taken[MIN_ROLE_HEADER.toLowerCase()]
  return {
    workspaceId: taken[WORKSPACE_HEADER.toLowerCase()] ?? null,
    minRole: ROLES.find((known) => known === role) ?? null,
  }
}
