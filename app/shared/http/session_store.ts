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
const OVERFLOW_HOURS = 12

/** Written by the session guard when somebody signs in. */
const SIGNED_IN = 'auth_web'
/** Longest value of a form that is kept for somebody who has not signed in. */
const GUEST_LONG_VALUE = 300

interface Overflow {
  overflow: string
}

/**
 * Keeps the session in an encrypted cookie, as the box has one session per reader and nothing
 * to look up. What does not fit (a refused form whose long text must not be lost) goes to a
 * table for the time being; a browser would drop the whole cookie silently.
 */
export class CookieSessionStore implements SessionStoreContract {
  constructor(
    private readonly cookie: Partial<CookieOptions>,
    private readonly ctx: HttpContext
  ) {}

  async read(name: string): Promise<SessionData | null> {
    const value = this.#cookieValue(name)
    if (!isOverflow(value)) return value
    const row = await db
      .from('session_overflow')
      .where('id', value.overflow)
      .where('expires_at', '>', new Date())
      .first()
    return row ? (JSON.parse(row.data) as SessionData) : null
  }

  async write(name: string, values: SessionData): Promise<void> {
    const before = this.#cookieValue(name)
    if (isOverflow(before)) await db.from('session_overflow').where('id', before.overflow).delete()

    const kept = SIGNED_IN in values ? values : fittingCookie(values)
    const json = JSON.stringify(kept)
    if (json.length <= COOKIE_CHARACTERS) return this.#send(name, kept)
    const id = randomUUID()
    await db.table('session_overflow').insert({
      id,
      data: json.length <= MAX_CHARACTERS ? json : JSON.stringify(withoutLongValues(kept)),
      expires_at: new Date(Date.now() + OVERFLOW_HOURS * 3_600_000),
    })
    return this.#send(name, { overflow: id })
  }

  async destroy(name: string): Promise<void> {
    const before = this.#cookieValue(name)
    if (isOverflow(before)) await db.from('session_overflow').where('id', before.overflow).delete()
    if (this.ctx.request.cookiesList()[name]) this.ctx.response.clearCookie(name)
  }

  touch(name: string): void {
    const value = this.#cookieValue(name)
    if (value) this.#send(name, value)
  }

  #cookieValue(name: string): SessionData | null {
    const value: unknown = this.ctx.request.encryptedCookie(name)
    return typeof value === 'object' ? (value as SessionData | null) : null
  }

  #send(name: string, value: SessionData): void {
    this.ctx.response.encryptedCookie(name, value, this.cookie)
  }
}

/** Deletes what no cookie names any more; answers how many rows. */
export async function sweepSessions(): Promise<number> {
  const { rowCount } = await db.rawQuery<{ rowCount: number }>(
    'delete from session_overflow where expires_at < now()'
  )
  return rowCount
}

function isOverflow(value: SessionData | null): value is SessionData & Overflow {
  return typeof value?.overflow === 'string'
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
