import db from '@adonisjs/lucid/services/db'
import { SessionLucidUserProvider } from '@adonisjs/auth/session'
import { fromRow } from '#app/accounts/models/from_row'
import Membership from '#app/accounts/models/membership'
import User from '#app/accounts/models/user'
import Workspace from '#app/accounts/models/workspace'

interface Row extends Record<string, unknown> {
  places: { membership: Record<string, unknown>; workspace: Record<string, unknown> }[] | null
}

/**
 * Finds the person behind a session together with their memberships and workspaces in one
 * round trip, since every page needs all three. Nothing is cached: a role taken away or a
 * session signed out counts from the next request on.
 */
export class SessionUserProvider extends SessionLucidUserProvider<typeof User> {
  constructor() {
    super({ model: async () => ({ default: User }) })
  }

  override async findById(identifier: string | number | BigInt) {
    const { rows } = await db.rawQuery<{ rows: Row[] }>(
      `select u.*,
              (select json_agg(json_build_object('membership', to_jsonb(m), 'workspace', to_jsonb(w))
                               order by m.created_at, m.id)
                 from memberships m join workspaces w on w.id = m.workspace_id
                where m.user_id = u.id) as places
         from users u where u.id = ?`,
      [String(identifier)]
    )
    const row = rows[0]
    if (!row) return null

    const user = fromRow(User, row)
    const memberships = (row.places ?? []).map((place) => {
      const membership = fromRow(Membership, place.membership)
      membership.$setRelated('workspace', fromRow(Workspace, place.workspace))
      return membership
    })
    user.$setRelated('memberships', memberships)
    return this.createUserForGuard(user)
  }
}
