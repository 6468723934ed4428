import { test } from '@japa/runner'
import { nanoid } from 'nanoid'
import { CreateAccount } from '#accounts'

const input = () => ({
  email: `box-${nanoid(8).toLowerCase()}@example.com`,
  password: 'une phrase assez longue',
  workspaceName: 'Ma boîte',
  locale: 'fr',
  timezone: 'Europe/Paris',
  plans: [] as string[],
})

test.group('account:create', () => {
  test('opens an account whose key works', async ({ client, assert }) => {
    const outcome = await new CreateAccount().handle(input())
    assert.isTrue(outcome.ok)
    if (!outcome.ok) return
    const me = await client.get('/api/v1/me').bearerToken(outcome.apiKey)
    me.assertStatus(200)
    assert.equal(me.body().workspace.id, outcome.workspaceId)
    assert.deepEqual(me.body().key.scopes, ['*'])
  })

  test('explains what it refuses', async ({ assert }) => {
    const taken = input()
    await new CreateAccount().handle(taken)
    const refused = async (changes: Partial<ReturnType<typeof input>>) => {
      const outcome = await new CreateAccount().handle({ ...input(), ...changes })
      return outcome.ok ? '' : outcome.messages.join(' ')
    }
    assert.match(await refused({ email: taken.email }), /exists already/)
    assert.match(await refused({ email: 'nope' }), /email/)
    assert.match(await refused({ password: 'short' }), /10/)
    assert.match(await refused({ plans: ['assistant'] }), /line=plan/)
    assert.isNotEmpty(await refused({ plans: ['assistant=nonsense'] }))
    assert.isNotEmpty(await refused({ plans: ['nonsense=pro'] }))
    assert.isNotEmpty(await refused({ locale: 'de' }))
  })

  test('accepts plans of the catalogue', async ({ assert }) => {
    const outcome = await new CreateAccount().handle({ ...input(), plans: ['assistant=pro'] })
    assert.isTrue(outcome.ok, JSON.stringify(outcome))
  })
})
