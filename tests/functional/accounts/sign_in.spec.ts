import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { User } from '#accounts'
import { LIMITS, countAttempt } from '#app/accounts/services/attempt_limits'
import { anAddress, expectRedirect, expectStatus } from '#tests/functional/accounts/helpers'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const PASSWORD = 'correct horse battery staple'

test.group('Sign-in', () => {
  test('opens a session and returns to the page that was wanted', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const wanted = await client.get('/settings/profile').redirects(0)
    wanted.assertHeader('location', '/login')
    const response = await client
      .post('/login')
      .form({ email: ` ${user.email.toUpperCase()} `, password: PASSWORD })
      .header('x-forwarded-for', anAddress())
      .withSession({ intended_path: '/settings/profile?x=1' })
      .withCsrfToken()
      .redirects(0)
    response.assertHeader('location', '/settings/profile?x=1')
    const entry = await db
      .from('audit_entries')
      .where({ actor_user_id: user.id, action: 'accounts.signed_in' })
      .first()
    assert.isNotNull(entry)
  })

  test('never leaves the box after sign-in', async ({ client }) => {
    const { user } = await givenAWorkspace()
    for (const path of ['//evil.example', '/\\evil.example', 'https://evil.example']) {
      const response = await client
        .post('/login')
        .form({ email: user.email, password: PASSWORD })
        .header('x-forwarded-for', anAddress())
        .withSession({ intended_path: path })
        .withCsrfToken()
        .redirects(0)
      response.assertHeader('location', '/')
    }
  })

  test('answers the same for an unknown e-mail and a wrong password', async ({
    client,
    assert,
  }) => {
    const { user } = await givenAWorkspace()
    const answer = async (email: string) => {
      const response = await client
        .post('/login')
        .form({ email, password: 'wrong wrong wrong' })
        .header('x-forwarded-for', anAddress())
        .withCsrfToken()
        .redirects(0)
      response.assertStatus(302)
      response.assertHeader('location', '/login')
      return response.flashMessage('error')
    }
    const known = await answer(user.email)
    assert.isString(known)
    assert.equal(await answer('nobody@example.com'), known)
    const failed = await db.from('audit_entries').where({
      subject_id: user.id,
      action: 'accounts.sign_in_failed',
    })
    assert.lengthOf(failed, 1)
  })

  test('stops guessing at one account, without locking its owner out', async ({
    client,
    assert,
  }) => {
    const { user } = await givenAWorkspace()
    const attempt = (address: string, password: string) =>
      client
        .post('/login')
        .form({ email: user.email, password })
        .header('x-forwarded-for', address)
        .withCsrfToken()
        .redirects(0)
    const guesser = anAddress()
    for (let n = 0; n < 5; n++) await expectStatus(attempt(guesser, `guess number ${n}`), 302)
    const stopped = await attempt(guesser, PASSWORD)
    stopped.assertStatus(429)
    assert.isAbove(Number(stopped.header('retry-after')), 60)
    assert.include(stopped.text(), 'Too many attempts')
    const owner = await attempt(anAddress(), PASSWORD)
    owner.assertHeader('location', '/')
  })

  test('a guesser who goes on after being stopped locks nobody else out', async ({ assert }) => {
    const { user } = await givenAWorkspace()
    const guesser = anAddress()
    const guess = () =>
      countAttempt([
        ['signInByAccountAndAddress', `${user.email}|${guesser}`],
        ['signInByAccount', user.email],
      ])
    const answers = []
    for (let n = 0; n < LIMITS.signInByAccount.requests + 10; n++) answers.push(await guess())
    assert.lengthOf(
      answers.filter(({ ok }) => ok),
      LIMITS.signInByAccountAndAddress.requests
    )
    assert.isTrue((await countAttempt([['signInByAccount', user.email]])).ok)
  })

  test('a revoked session ends at its next request', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const open = () => client.get('/settings/profile').loginAs(user).redirects(0)
    await expectStatus(open(), 200)
    const everywhere = await client
      .post('/settings/profile/sessions')
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    assert.equal(everywhere.session('session_version'), 2)
    await expectRedirect(open(), '/login')
    const renewed = await client
      .get('/settings/profile')
      .loginAs(user)
      .withSession({ session_version: 2 })
      .redirects(0)
    renewed.assertStatus(200)
  })

  test('tells htmx to navigate instead of swapping a sign-in page in', async ({ client }) => {
    const response = await client.get('/notices').header('hx-request', 'true').redirects(0)
    response.assertStatus(401)
    response.assertHeader('hx-redirect', '/login')
  })

  test('signs out', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const response = await client.post('/logout').loginAs(user).withCsrfToken().redirects(0)
    response.assertHeader('location', '/login')
    assert.isUndefined(response.session('auth_web'))
  })

  test('changes the password after checking the old one', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const change = (currentPassword: string) =>
      client
        .post('/settings/profile/password')
        .form({ currentPassword, password: 'ein anderes langes Passwort' })
        .loginAs(user)
        .withCsrfToken()
        .redirects(0)
    const wrong = await change('not the password')
    assert.property(wrong.flashMessage('inputErrorsBag'), 'currentPassword')
    assert.notInclude(JSON.stringify(wrong.flashMessages()), 'ein anderes')
    await change(PASSWORD)
    const fresh = await User.findOrFail(user.id)
    assert.isTrue(await fresh.verifyPassword('ein anderes langes Passwort'))
    assert.equal(fresh.sessionVersion, 2)
  })
})
