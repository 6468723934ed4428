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

const dataIn = (jar: Map<string, unknown>) => (jar.get('s') as { data: unknown }).data

test.group('Session store', () => {
  test('a small session is the cookie itself', async ({ assert }) => {
    const { jar, store } = newBrowser()
    await store.write('s', { auth_web: 1 })
    assert.deepEqual(dataIn(jar), { auth_web: 1 })
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
    assert.deepEqual(dataIn(jar), { auth_web: 1 })
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
    assert.deepEqual(dataIn(jar), { ...secret, __flash__: { email: 'a@b.c' } })

    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [n, 'x'.repeat(200)]))
    await store.write('s', { ...secret, __flash__: many })
    assert.deepEqual(dataIn(jar), { ...secret, __flash__: {} })
  })

  test('an old cookie is refused, and not renewed by sending it again', async ({ assert }) => {
    const { jar, store } = newBrowser()
    const hoursPass = (hours: number) => {
      const envelope = jar.get('s') as { at: number }
      jar.set('s', { ...envelope, at: envelope.at - hours * 3600 })
    }
    for (const text of ['short', 'x'.repeat(5_000)]) {
      await store.write('s', { auth_web: 1, text })
      hoursPass(11)
      store.touch('s')
      hoursPass(11)
      assert.deepEqual(await store.read('s'), { auth_web: 1, text })
      hoursPass(1)
      const old = jar.get('s')
      assert.isNull(await store.read('s'))
      store.touch('s')
      assert.deepEqual(jar.get('s'), old)
    }
  })

  test('a cookie that does not say when it was sent is no session', async ({ assert }) => {
    const { jar, store } = newBrowser()
    for (const value of [{ auth_web: 1 }, { at: '9999999999', data: { auth_web: 1 } }, 'x', null]) {
      jar.set('s', value)
      assert.isNull(await store.read('s'))
    }
  })
})
