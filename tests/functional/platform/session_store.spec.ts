import db from '@adonisjs/lucid/services/db'
import { nanoid } from 'nanoid'
import { test } from '@japa/runner'
import { CookieSessionStore, sweepSessions } from '#shared/http/session_store'

/** One browser: what a response sets is what the next request brings. */
function newBrowser() {
  const jar = new Map<string, unknown>()
  const ctx = {
    request: {
      encryptedCookie: (name: string) => jar.get(name),
      cookiesList: () => Object.fromEntries(jar),
    },
    response: {
      encryptedCookie: (name: string, value: unknown) => void jar.set(name, value),
      clearCookie: (name: string) => void jar.delete(name),
    },
  }
  return { jar, store: new CookieSessionStore({}, ctx as never) }
}

test.group('Session store', () => {
  test('a small session is the cookie itself', async ({ assert }) => {
    const { jar, store } = newBrowser()
    await store.write('s', { auth_web: 1 })
    assert.deepEqual(jar.get('s'), { auth_web: 1 })
    assert.deepEqual(await store.read('s'), { auth_web: 1 })
  })

  test('a long text survives, and leaves no row behind', async ({ assert }) => {
    const { jar, store } = newBrowser()
    const text = `${nanoid()}\u0000${'é'.repeat(50_000)}`
    await store.write('s', { auth_web: 1, flash: { text } })
    assert.isBelow(JSON.stringify(jar.get('s')).length, 100)
    assert.deepEqual(await store.read('s'), { auth_web: 1, flash: { text } })

    const { overflow } = jar.get('s') as { overflow: string }
    store.touch('s')
    await store.write('s', { auth_web: 1 })
    assert.deepEqual(jar.get('s'), { auth_web: 1 })
    assert.isNull(await db.from('session_overflow').where('id', overflow).first())
  })

  test('what is far too long is given up, the session is not', async ({ assert }) => {
    const { store } = newBrowser()
    await store.write('s', { auth_web: 1, flash: { short: 'kept', text: 'x'.repeat(500_000) } })
    assert.deepEqual(await store.read('s'), { auth_web: 1, flash: { short: 'kept' } })
  })

  test('an expired one is gone, and swept', async ({ assert }) => {
    const { jar, store } = newBrowser()
    await store.write('s', { auth_web: 1, text: 'x'.repeat(5_000) })
    const { overflow } = jar.get('s') as { overflow: string }
    await db
      .from('session_overflow')
      .where('id', overflow)
      .update({ expires_at: new Date(0) })
    assert.isNull(await store.read('s'))
    await sweepSessions()
    assert.isNull(await db.from('session_overflow').where('id', overflow).first())
    await store.destroy('s')
    assert.isFalse(jar.has('s'))
  })

  test('a guest leaves nothing in the database', async ({ assert }) => {
    const { jar, store } = newBrowser()
    const secret = { 'csrf-secret': 'abc' }
    await store.write('s', { ...secret, __flash__: { email: 'a@b.c', text: 'x'.repeat(50_000) } })
    assert.deepEqual(jar.get('s'), { ...secret, __flash__: { email: 'a@b.c' } })

    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [n, 'x'.repeat(200)]))
    await store.write('s', { ...secret, __flash__: many })
    assert.deepEqual(jar.get('s'), { ...secret, __flash__: {} })
  })
})
