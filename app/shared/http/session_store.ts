import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import type { CookieOptions } from '@adonisjs/core/types/http'
import type { SessionData, SessionStoreContract } from '@adonisjs/session/types'
import { randomUUID } from 'node:crypto'

/** Browsers keep 4,096 bytes per cookie; encryption and its envelope take half as much again. */
const COOKIE_CHARACTERS = 2_000
/** A single kept value of a form that is longer than this is given up when all is too much. */
const MAX_CHARACTERS = 400_000
const LONG_VALUE = 20_000
/** Life of a session whose cookie ends with the browser. */
const DEFAULT_SECONDS = 12 * 3600

/** Written by the session guard when somebody signs in. */
const SIGNED_IN = 'auth_web'
/** Longest value of a form that is kept for somebody who has not signed in. */
const GUEST_LONG_VALUE = 300

/** What the cookie holds. */
interface Envelope {
  /** When it was sent, in seconds since 1970. */
  at: number
  data?: SessionData
  /** Row that holds the data instead. */
  overflow?: string
}

/**
 * Keeps the session in an encrypted cookie, as the box has one session per reader and nothing
 * to look up. What does not fit (a refused form whose long text must not be lost) goes to a
 * table for the time being; a browser would drop the whole cookie silently.
 *
 * A browser forgets the cookie at its age, a thief does not: the value says itself when it was
 * sent, and nothing older than the age is read. Every page that is asked for sends it anew.
 */
export class CookieSessionStore implements SessionStoreContract {
  constructor(
    private readonly cookie: Partial<CookieOptions>,
    private readonly ctx: HttpContext
  ) {}

  async read(name: string): Promise<SessionData | null> {
    const value = this.#envelope(name)
    if (!value || !this.#isFresh(value)) return null
    if (!value.overflow) return value.data ?? null
    const row = await db
      .from('session_overflow')
      .where('id', value.overflow)
      .where('expires_at', '>', new Date())
      .first()
    return row ? (JSON.parse(row.data) as SessionData) : null
  }

  async write(name: string, values: SessionData): Promise<void> {
    await this.#deleteOverflow(name)

    const kept = SIGNED_IN in values ? values : fittingCookie(values)
    const json = JSON.stringify(kept)
    if (json.length <= COOKIE_CHARACTERS) return this.#send(name, { data: kept })
    const id = randomUUID()
    await db.table('session_overflow').insert({
      id,
      data: json.length <= MAX_CHARACTERS ? json : JSON.stringify(withoutLongValues(kept)),
      expires_at: new Date(Date.now() + this.#ageSeconds * 1000),
    })
    return this.#send(name, { overflow: id })
  }

  async destroy(name: string): Promise<void> {
    await this.#deleteOverflow(name)
    if (this.ctx.request.cookiesList()[name]) this.ctx.response.clearCookie(name)
  }

  touch(name: string): void {
    const value = this.#envelope(name)
    if (value && this.#isFresh(value)) this.#send(name, value)
  }

  get #ageSeconds(): number {
    const { maxAge } = this.cookie
    return typeof maxAge === 'number' ? maxAge : DEFAULT_SECONDS
  }

  #isFresh({ at }: Envelope): boolean {
    return Date.now() / 1000 - at < this.#ageSeconds
  }

  async #deleteOverflow(name: string): Promise<void> {
    const id = this.#envelope(name)?.overflow
    if (id) await db.from('session_overflow').where('id', id).delete()
  }

  /** Null also for values of another shape, which cannot say when they were sent. */
  #envelope(name: string): Envelope | null {
    const value: unknown = this.ctx.request.encryptedCookie(name)
    if (typeof value !== 'object' || value === null) return null
    return typeof (value as Partial<Envelope>).at === 'number' ? (value as Envelope) : null
  }

  #send(name: string, { data, overflow }: Omit<Envelope, 'at'>): void {
    const at = Math.floor(Date.now() / 1000)
    const envelope: Envelope = overflow ? { at, overflow } : { at, data: data ?? {} }
    this.ctx.response.encryptedCookie(name, envelope, this.cookie)
  }
}

/** Deletes what no cookie names any more; answers how many rows. */
export async function sweepSessions(): Promise<number> {
  const { rowCount } = await db.rawQuery<{ rowCount: number }>(
    'delete from session_overflow where expires_at < now()'
  )
  return rowCount
}

/**
 * The session of a guest, made to fit: anybody can send a form, and none of those may fill the
 * disk of the box. The forms before the sign-in have short fields only.
 */
function fittingCookie(values: SessionData): SessionData {
  const fits = (session: SessionData) => JSON.stringify(session).length <= COOKIE_CHARACTERS
  if (fits(values)) return values
  const short = withoutLongValues(values, GUEST_LONG_VALUE)
  return fits(short) ? short : { ...short, __flash__: {} }
}

/** The same session without texts that nobody wants to type again anyway. */
function withoutLongValues(value: SessionData, longest = LONG_VALUE): SessionData {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'string' && part.length > longest ? undefined : part
    )
  ) as SessionData
}
