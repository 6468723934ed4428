import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { User, openPasswordReset } from '#accounts'
import { sendPasswordReset } from '#app/accounts/jobs/send_password_reset'
import { anAddress, expectRedirect, expectStatus } from '#tests/functional/accounts/helpers'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const NEW_PASSWORD = 'un nouveau mot de passe'

test.group('Password reset', () => {
  test('answers the same whether or not the account exists', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const ask = async (email: string) => {
      const response = await client
        .post('/forgot-password')
        .form({ email })
        .header('x-forwarded-for', anAddress())
        .withCsrfToken()
        .redirects(0)
      return [response.status(), response.header('location'), response.flashMessage('info')]
    }
    const known = await ask(user.email)
    assert.equal(known[0], 302)
    assert.isString(known[2])
    assert.deepEqual(await ask('nobody-at-all@example.com'), known)
  })

  test('limits how often one address is written to', async ({ client }) => {
    const { user } = await givenAWorkspace()
    const ask = () =>
      client
        .post('/forgot-password')
        .form({ email: user.email })
        .header('x-forwarded-for', anAddress())
        .withCsrfToken()
        .redirects(0)
    for (let n = 0; n < 3; n++) await expectStatus(ask(), 302)
    await expectStatus(ask(), 429)
  })

  test('a link sets the password once and ends every session', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const { url } = (await openPasswordReset(user.email))!
    const path = new URL(url).pathname
    const stored = await db.from('password_resets').where('user_id', user.id).first()
    assert.notInclude(url, stored.token_hash)

    const page = await client.get(path)
    page.assertStatus(200)
    page.assertHeader('referrer-policy', 'no-referrer')

    const use = (password: string) =>
      client
        .post(path)
        .form({ password })
        .header('x-forwarded-for', anAddress())
        .withCsrfToken()
        .redirects(0)
    const weak = await use('1234567890')
    weak.assertHeader('location', path)
    await expectRedirect(use(NEW_PASSWORD), '/login')
    await expectStatus(use('encore un autre, bien long'), 410)
    await expectStatus(client.get(path), 410)

    const fresh = await User.findOrFail(user.id)
    assert.isTrue(await fresh.verifyPassword(NEW_PASSWORD))
    const old = await client.get('/settings/profile').loginAs(user).redirects(0)
    old.assertHeader('location', '/login')
  })

  test('two uses of one link at the same moment: one counts', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const path = new URL((await openPasswordReset(user.email))!.url).pathname
    const responses = await Promise.all(
      ['premier mot de passe', 'second mot de passe'].map((password) =>
        client
          .post(path)
          .form({ password })
          .header('x-forwarded-for', anAddress())
          .withCsrfToken()
          .redirects(0)
      )
    )
    assert.deepEqual(responses.map((response) => response.status()).sort(), [302, 410])
  })

  test('expired and older links are void', async ({ client }) => {
    const { user } = await givenAWorkspace()
    const older = new URL((await openPasswordReset(user.email))!.url).pathname
    const newer = new URL((await openPasswordReset(user.email))!.url).pathname
    await expectStatus(client.get(older), 410)
    await expectStatus(client.get(newer), 200)
    await db.from('password_resets').where('user_id', user.id).update({ expires_at: new Date() })
    await expectStatus(client.get(newer), 410)
    await expectStatus(client.get('/reset-password/%00'), 410)
  })

  test('without a mail server the link goes to a terminal only', async ({ assert }) => {
    const { user } = await givenAWorkspace()
    const written: string[] = []
    const write = (text: string) => written.push(text)
    await sendPasswordReset(user.email, { isTTY: false, write })
    await sendPasswordReset('nobody-at-all@example.com', { isTTY: true, write })
    assert.lengthOf(written, 0)
    await sendPasswordReset(user.email, { isTTY: true, write })
    assert.match(written.join(''), /\/reset-password\/[\w-]{43}\n/)
  })
})
