import { errors } from '@adonisjs/auth'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import type User from '#app/accounts/models/user'
import type Workspace from '#app/accounts/models/workspace'
import type { Role } from '#app/accounts/roles'
import { chosenWorkspaceId, rememberPath, signedInUser } from '#app/accounts/services/session'

/**
 * Lets signed-in members pass and finds the workspace that they work in: the one chosen in the
 * switcher, else their first. The membership is read on every request, so that a role taken
 * away or a member removed takes effect at once.
 */
export default class AuthMiddleware {
  async handle(ctx: HttpContext, next: NextFn, options: { workspaceOptional?: boolean } = {}) {
    ctx.response.vary('HX-Request')
    const user = await signedInUser(ctx)
    if (!user) return this.#refuse(ctx)

    const memberships = user.memberships
    const chosen = chosenWorkspaceId(ctx)
    const membership = memberships.find((m) => m.workspaceId === chosen) ?? memberships[0]
    ctx.user = user
    ctx.view.share({ user, memberships })
    if (membership) {
      ctx.workspace = membership.workspace
      ctx.role = membership.role
      ctx.view.share({ workspace: membership.workspace, role: membership.role })
    } else if (!options.workspaceOptional) {
      return this.#goTo(ctx, '/workspaces/new')
    }
    return next()
  }

  #refuse(ctx: HttpContext) {
    const isPage = ctx.request.accepts(['html', 'json']) === 'html'
    if (isPage && ctx.request.method() === 'GET' && !isFragment(ctx))
      rememberPath(ctx, ctx.request.url(true))
    if (isPage) return this.#goTo(ctx, '/login')
    throw new errors.E_UNAUTHORIZED_ACCESS('Sign in first', { guardDriverName: 'session' })
  }

  /** A part of a page must not receive a whole page: htmx is told to navigate instead. */
  #goTo(ctx: HttpContext, path: string) {
    if (isFragment(ctx)) return ctx.response.status(401).header('HX-Redirect', path).send('')
    return ctx.response.redirect(path)
  }
}

function isFragment(ctx: HttpContext): boolean {
  return ctx.request.header('hx-request') === 'true'
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
