import db from '@adonisjs/lucid/services/db'
import type { Role } from '#app/accounts/roles'

export interface Member {
  id: string
  userId: string
  email: string
  name: string
  role: Role
  joinedAt: Date
}

export interface PendingInvitation {
  id: string
  email: string
  role: Role
  expiresAt: Date
}

export async function listMembers(workspaceId: string): Promise<Member[]> {
  const { rows } = await db.rawQuery<{ rows: Member[] }>(
    `select m.id, m.user_id as "userId", u.email, m.role, m.created_at as "joinedAt",
            coalesce(u.full_name, split_part(u.email::text, '@', 1)) as name
       from memberships m join users u on u.id = m.user_id
      where m.workspace_id = ?
      order by array_position(array['owner','manager','agent','viewer'], m.role), name`,
    [workspaceId]
  )
  return rows
}

export async function listInvitations(workspaceId: string): Promise<PendingInvitation[]> {
  const { rows } = await db.rawQuery<{ rows: PendingInvitation[] }>(
    `select id, email, role, expires_at as "expiresAt" from invitations
      where workspace_id = ? and expires_at > now() order by id desc`,
    [workspaceId]
  )
  return rows
}
