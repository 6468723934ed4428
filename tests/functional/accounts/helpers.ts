import { randomInt } from 'node:crypto'
import type { ApiResponse } from '@japa/api-client'
import { nanoid } from 'nanoid'
import { Membership, User, type Role, type Workspace } from '#accounts'

/** A visitor's address that no other test shares, so that limits do not meet. */
export function anAddress(): string {
  return `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`
}

/** A further member of a workspace. */
export async function givenAMember(workspace: Workspace, role: Role) {
  const user = await User.create({
    email: `${role}-${nanoid(10).toLowerCase()}@example.com`,
    password: 'correct horse battery staple',
    locale: 'en',
  })
  await user.refresh()
  const membership = await Membership.create({ workspaceId: workspace.id, userId: user.id, role })
  await membership.refresh()
  return { user, membership }
}

type Answer = Pick<ApiResponse, 'assertStatus' | 'assertHeader'>

export async function expectStatus(request: PromiseLike<Answer>, status: number): Promise<void> {
  const response = await request
  response.assertStatus(status)
}

export async function expectRedirect(request: PromiseLike<Answer>, path: string): Promise<void> {
  const response = await request
  response.assertHeader('location', path)
}
