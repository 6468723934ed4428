import type { HttpContext } from '@adonisjs/core/http'
import type User from '#app/accounts/models/user'
import { LOCALE_COOKIE_OPTIONS } from '#app/accounts/locales'

const VERSION_KEY = 'session_version'
const WORKSPACE_KEY = 'workspace_id'
const INTENDED_KEY = 'intended_path'

/** Opens a session under a fresh id (against session fixation) and speaks the person's language. */
export async function openSession(ctx: HttpContext, user: User): Promise<void> {
  await ctx.auth.use('web').login(user)
  ctx.session.put(VERSION_KEY, user.sessionVersion)
  if (!ctx.request.plainCookie('locale', undefined, false)) {
    ctx.response.plainCookie('locale', user.locale, LOCALE_COOKIE_OPTIONS)
  }
}

/** Keeps this session open after the version was raised to sign the others out. */
export function renewSession(ctx: HttpContext, user: User): void {
  ctx.session.put(VERSION_KEY, user.sessionVersion)
}

export async function closeSession(ctx: HttpContext): Promise<void> {
  await ctx.auth.use('web').logout()
  ctx.session.clear()
  ctx.session.regenerate()
}

/** The person behind this session; null when nobody is signed in or the session was revoked. */
export async function signedInUser(ctx: HttpContext): Promise<User | null> {
  const guard = ctx.auth.use('web')
  if (!(await guard.check())) return null
  const user = guard.user as User
  if ((ctx.session.get(VERSION_KEY, 1) as number) >= user.sessionVersion) return user
  await closeSession(ctx)
  return null
}

export function chosenWorkspaceId(ctx: HttpContext): string | undefined {
  return ctx.session.get(WORKSPACE_KEY) as string | undefined
}

export function chooseWorkspace(ctx: HttpContext, workspaceId: string): void {
  ctx.session.put(WORKSPACE_KEY, workspaceId)
}

/** Remembers the page that a visitor wanted before they had to sign in. */
export function rememberPath(ctx: HttpContext, path: string): void {
  ctx.session.put(INTENDED_KEY, path)
}

/** Path to open after sign-in; always one of this box. */
export function takeIntended(ctx: HttpContext): string {
  const path = ctx.session.pull(INTENDED_KEY, '/') as string
  return /^\/(?![/\\])/.test(path) ? path : '/'
}
