import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { roleAllows, type Role } from '#app/accounts/roles'
import { recordAudit } from '#app/accounts/services/record_audit'
import type { Result } from '#shared/result'

interface Place {
  id: string
  user_id: string
  role: Role
}

export interface ChangeMemberInput {
  workspaceId: string
  /** Membership to change. */
  memberId: string
  actorId: string
  /** The new role; null removes the member. */
  role: Role | null
}

export type ChangeMemberFailure =
  { reason: 'not_found' } | { reason: 'not_allowed' } | { reason: 'last_owner' }

/**
 * Gives a member another role or removes them; members may also leave by themselves. Nobody
 * touches or grants a role above their own, and a workspace always keeps an owner: its members
 * are locked for the decision, so that two owners cannot remove each other at one moment.
 */
export class ChangeMember {
  async handle(input: ChangeMemberInput): Promise<Result<{ userId: string }, ChangeMemberFailure>> {
    return db.transaction(async (trx) => {
      const { rows: places } = await trx.rawQuery<{ rows: Place[] }>(
        `select id, user_id, role from memberships where workspace_id = ? order by id for update`,
        [input.workspaceId]
      )
      const target = places.find((place) => place.id === input.memberId)
      const actor = places.find((place) => place.user_id === input.actorId)
      if (!target) return { ok: false, reason: 'not_found' } as const
      if (!actor || !this.#allows(actor, target, input.role)) {
        return { ok: false, reason: 'not_allowed' } as const
      }
      const owners = places.filter((place) => place.role === 'owner')
      if (target.role === 'owner' && input.role !== 'owner' && owners.length === 1) {
        return { ok: false, reason: 'last_owner' } as const
      }
      if (input.role !== target.role) await this.#apply(input, target, trx)
      return { ok: true, userId: target.user_id } as const
    })
  }

  #allows(actor: Place, target: Place, role: Role | null): boolean {
    const leaves = role === null && actor.id === target.id
    if (leaves) return true
    if (!roleAllows(actor.role, 'manager')) return false
    return roleAllows(actor.role, target.role) && (role === null || roleAllows(actor.role, role))
  }

  async #apply(input: ChangeMemberInput, target: Place, trx: TransactionClientContract) {
    const row = trx.from('memberships').where('id', target.id)
    if (input.role) await row.update({ role: input.role, updated_at: new Date() })
    else await row.delete()
    await recordAudit(
      {
        workspaceId: input.workspaceId,
        actorId: input.actorId,
        action: input.role ? 'accounts.member_role_changed' : 'accounts.member_removed',
        subjectType: 'user',
        subjectId: target.user_id,
        details: input.role ? { from: target.role, to: input.role } : { role: target.role },
      },
      trx
    )
  }
}
