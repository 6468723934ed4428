import { test } from '@japa/runner'
import { nanoid } from 'nanoid'
import { User } from '#accounts'
import { SignInWithGoogle } from '#app/accounts/services/sign_in_with_google'
import { expectStatus } from '#tests/functional/accounts/helpers'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const signIn = (profile: { email: string | null; emailVerified?: boolean; id?: string }) =>
  new SignInWithGoogle().handle({
    profile: { id: `g-${nanoid()}`, emailVerified: true, name: 'Zoé Martin', ...profile },
    locale: 'fr',
    workspaceName: 'Espace de Zoé',
    invited: false,
  })

test.group('Google sign-in', () => {
  test('is hidden and closed without its keys', async ({ client, assert }) => {
    const page = await client.get('/login')
    assert.notInclude(page.text(), '/auth/google')
    await expectStatus(client.get('/auth/google/redirect').redirects(0), 404)
    await expectStatus(client.get('/auth/google/callback?code=x&state=y').redirects(0), 404)
  })

  test('opens an account for a newcomer and finds it again', async ({ assert }) => {
    const email = `zoe-${nanoid(8).toLowerCase()}@example.com`
    const id = `g-${nanoid()}`
    const first = await signIn({ email, id })
    assert.isTrue(first.ok && first.isNew)
    const second = await signIn({ email: `changed-${email}`, id })
    assert.isTrue(second.ok && !second.isNew)
    assert.equal(first.ok && first.user.id, second.ok && second.user.id)
    const user = await User.findByOrFail('email', email)
    const places = await user.related('memberships').query()
    assert.deepEqual(
      places.map((place) => place.role),
      ['owner']
    )
  })

  test('refuses an e-mail that Google has not verified', async ({ assert }) => {
    const { user } = await givenAWorkspace()
    for (const profile of [{ email: user.email, emailVerified: false }, { email: null }]) {
      const outcome = await signIn(profile)
      assert.deepEqual(outcome, { ok: false, reason: 'email_unverified' })
    }
    await user.refresh()
    assert.isNull(user.googleId)
  })

  test('links by verified e-mail and shuts out whoever opened the account first', async ({
    assert,
  }) => {
    const { user } = await givenAWorkspace()
    const outcome = await signIn({ email: user.email.toUpperCase() })
    assert.isTrue(outcome.ok)
    const fresh = await User.findOrFail(user.id)
    assert.isNotNull(fresh.googleId)
    assert.isNull(fresh.password)
    assert.equal(fresh.sessionVersion, 2)
    assert.equal(outcome.ok && outcome.user.sessionVersion, 2)
  })
})
