import { nanoid } from 'nanoid'
import { Membership, User, type Role, type Workspace } from '#accounts'

/** Another member of a workspace, who belongs to no other. */
export async function givenAMember(workspace: Workspace, role: Role): Promise<User> {
  const user = await User.create({
    email: `${role}-${nanoid(10).toLowerCase()}@example.com`,
    password: 'correct horse battery staple',
    fullName: `A ${role}`,
    locale: 'en',
  })
  await user.refresh()
  await Membership.create({ workspaceId: workspace.id, userId: user.id, role })
  return user
}
