import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import Membership from '#app/accounts/models/membership'
import type User from '#app/accounts/models/user'
import type Workspace from '#app/accounts/models/workspace'
import type { Role } from '#app/accounts/roles'

const SESSION_KEY = 'workspace_id'

/**
 * Lets signed-in members pass and finds the workspace that they work in: the one chosen in the
 * switcher, else their first. The membership is read on every request, so that a role taken
 * away or a member removed takes effect at once.
 */
export default class AuthMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    await ctx.auth.authenticateUsing(['web'], { loginRoute: '/login' })
    const user = ctx.auth.user as User

    const memberships = await Membership.query()
      .where('userId', user.id)
      .preload('workspace')
      .orderBy('createdAt', 'asc')
    const chosen = ctx.session.get(SESSION_KEY) as string | undefined
    const membership = memberships.find((m) => m.workspaceId === chosen) ?? memberships[0]
    if (!membership) return ctx.response.redirect('/workspaces/new')

    ctx.user = user
    ctx.workspace = membership.workspace
    ctx.role = membership.role
    ctx.view.share({ user, workspace: membership.workspace, role: membership.role, memberships })
    return next()
  }
}

declare module '@adonisjs/core/http' {
  export interface HttpContext {
    /** The signed-in person; only behind the `auth` middleware. */
    user: User
    /** The workspace of this request; behind `auth` or `apiKey`. */
    workspace: Workspace
    /** The person's role in it; only behind the `auth` middleware. */
    role: Role
  }
}
