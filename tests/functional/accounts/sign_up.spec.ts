import { test } from '@japa/runner'
import { nanoid } from 'nanoid'
import db from '@adonisjs/lucid/services/db'
import env from '#start/env'
import { User } from '#accounts'
import { SignInWithGoogle } from '#app/accounts/services/sign_in_with_google'
import { InviteMember } from '#app/accounts/services/invite_member'
import { anAddress } from '#tests/functional/accounts/helpers'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const form = () => ({
  email: `new-${nanoid(8).toLowerCase()}@example.com`,
  password: 'une phrase assez longue',
  workspaceName: 'Boulangerie Dupré & Fils',
  timezone: 'America/Montreal',
})

test.group('Sign-up', () => {
  test('opens an account, its workspace, and signs in', async ({ client, assert }) => {
    const input = form()
    const response = await client
      .post('/signup')
      .form(input)
      .header('accept-language', 'fr-CA,fr;q=0.9')
      .header('x-forwarded-for', anAddress())
      .withCsrfToken()
      .redirects(0)
    response.assertStatus(302)
    response.assertHeader('location', '/')

    const user = await User.findByOrFail('email', input.email)
    const membership = await user.related('memberships').query().preload('workspace').firstOrFail()
    assert.equal(user.locale, 'fr')
    assert.equal(membership.role, 'owner')
    assert.equal(membership.workspace.name, 'Boulangerie Dupré & Fils')
    assert.equal(membership.workspace.timezone, 'America/Montreal')
    assert.match(user.password!, /^\$argon2id\$/)
  })

  test('forms carry a CSRF token and a post without one changes nothing', async ({
    client,
    assert,
  }) => {
    for (const path of ['/signup', '/login']) {
      const page = await client.get(path)
      page.assertStatus(200)
      assert.match(page.text(), /name=['"]_csrf['"] value=['"][^'"]{20,}/)
    }
    const input = form()
    await client.post('/signup').form(input).redirects(0)
    assert.isNull(await User.findBy('email', input.email))
  })

  test('says that an e-mail is taken and links to sign-in', async ({ client, assert }) => {
    const input = form()
    const address = anAddress()
    const send = (email: string) =>
      client
        .post('/signup')
        .form({ ...input, email })
        .header('x-forwarded-for', address)
        .withCsrfToken()
    await send(input.email).redirects(0)
    const again = await send(input.email.toUpperCase())
    assert.include(again.text(), `/login?email=${encodeURIComponent(input.email)}`)
    assert.include(again.text(), 'exists already')
    assert.include(again.text(), 'Boulangerie Dupré &amp; Fils')
    assert.lengthOf(await User.query().where('email', input.email), 1)
  })

  test('settles two sign-ups at the same moment', async ({ client, assert }) => {
    const input = form()
    const address = anAddress()
    const responses = await Promise.all(
      Array.from({ length: 6 }, () =>
        client
          .post('/signup')
          .form(input)
          .header('x-forwarded-for', address)
          .withCsrfToken()
          .redirects(0)
      )
    )
    for (const response of responses) response.assertStatus(302)
    const landed = responses.filter((response) => response.header('location') === '/')
    assert.lengthOf(landed, 1)
    const { rows } = await db.rawQuery(
      `select count(*) from users u join memberships m on m.user_id = u.id where u.email = ?`,
      [input.email]
    )
    assert.equal(rows[0].count, 1)
  })

  test('drops a time zone that does not exist', async ({ client, assert }) => {
    const input = { ...form(), timezone: "Mars/Olympus'; drop table users" }
    await client
      .post('/signup')
      .form(input)
      .header('x-forwarded-for', anAddress())
      .withCsrfToken()
      .redirects(0)
    const { rows } = await db.rawQuery(
      `select w.timezone from workspaces w join memberships m on m.workspace_id = w.id
         join users u on u.id = m.user_id where u.email = ?`,
      [input.email]
    )
    assert.equal(rows[0].timezone, 'Europe/Paris')
  })
})

test.group('Sign-up by invitation', (group) => {
  group.each.setup(() => {
    env.set('SIGN_UP', 'invite')
    return () => env.set('SIGN_UP', 'open')
  })

  test('the page is closed once an account exists', async ({ client, assert }) => {
    const input = form()
    const page = await client.get('/signup').header('accept-language', 'fr')
    page.assertStatus(403)
    page.assertTextIncludes('sur invitation')
    assert.notInclude(page.text(), 'name="password"')
    const sent = await client
      .post('/signup')
      .form(input)
      .header('x-forwarded-for', anAddress())
      .withCsrfToken()
      .redirects(0)
    sent.assertStatus(403)
    assert.isNull(await User.findBy('email', input.email))
  })

  test('invited people come in, by password or with Google', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const invite = async (email: string) => {
      const invited = await new InviteMember().handle({
        ...{ workspace, inviter: user, inviterRole: 'owner', email, role: 'agent' },
      })
      if (!invited.ok) throw new Error(invited.reason)
      return new URL(invited.url).pathname
    }
    const joined = await client
      .post(await invite(form().email))
      .form({ password: form().password })
      .header('x-forwarded-for', anAddress())
      .withCsrfToken()
      .redirects(0)
    joined.assertHeader('location', '/')

    const google = (email: string) =>
      new SignInWithGoogle().handle({
        profile: { id: nanoid(), email, emailVerified: true, name: null },
        ...{ locale: 'en', workspaceName: 'Mine', invited: true },
      })
    const { email } = form()
    assert.deepEqual(await google(email), { ok: false, reason: 'sign_up_closed' })
    await invite(email)
    assert.isTrue((await google(email)).ok)
  })
})
