import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { LoadDemo, DEMO_PLANS } from '#demo'
import { VerifyLedger, wallet } from '#wallet'
import { givenAWorkspace } from '#tests/helpers/workspaces'

test.group('The demo shop', () => {
  test('fills a workspace once, with a ledger that adds up', async ({ assert }) => {
    const { user, workspace } = await givenAWorkspace({ plans: DEMO_PLANS, locale: 'fr' })
    const input = { workspaceId: workspace.id, userId: user.id }

    const [first, second] = await Promise.all([
      new LoadDemo().handle(input),
      new LoadDemo().handle(input),
    ])
    const loaded = first.ok ? first : second
    assert.notEqual(first.ok, second.ok)
    if (!loaded.ok) return assert.fail('nothing was loaded')
    assert.isAbove(loaded.products, 300)
    assert.isAbove(loaded.conversations, 500)
    assert.isAbove(loaded.deals, 100)

    const mine = { workspace_id: workspace.id }
    const counted = await db.from('conversations').where(mine).count('* as total').first()
    assert.equal(Number(counted.total), loaded.conversations)
    const breakage = await db
      .from('wallet_transfers')
      .where({ ...mine, kind: 'breakage' })
      .first()
    assert.isNotNull(breakage)
    const { conversations } = await wallet.summary(workspace.id)
    assert.isAbove(conversations.available, 0)
    assert.deepEqual((await new VerifyLedger().handle()).differences, [])
  }).timeout(120_000)

  test('the button opens a workspace of its own, also when it is pressed twice', async ({
    client,
    assert,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    const press = () => client.post('/demo/load').loginAs(user).withCsrfToken().redirects(0)
    const answers = await Promise.all([press(), press()])
    for (const answer of answers) answer.assertStatus(302)

    const places = await db.from('memberships').where({ user_id: user.id })
    assert.lengthOf(places, 2)
    const products = await db.from('products').where({ workspace_id: workspace.id })
    assert.lengthOf(products, 0)
  })
})
