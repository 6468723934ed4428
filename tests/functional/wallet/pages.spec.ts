import { test } from '@japa/runner'
import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import { DeliverAlerts } from '#app/wallet/services/deliver_alerts'
import { planOf, wallet } from '#wallet'
import { Membership, User } from '#accounts'
import { givenAWorkspace, givenAnOperator } from '#tests/helpers/workspaces'
import OrderConfirm from '../../../commands/order_confirm.js'
import { assertLedgerIsSound } from './helpers.js'

async function givenSpending(workspaceId: string, count: number) {
  for (let index = 0; index < count; index += 1) {
    const held = await wallet.hold({
      workspaceId,
      asset: 'usd',
      amount: 50_000,
      purpose: 'test',
      idempotencyKey: `k${index}`,
    })
    if (!held.ok) throw new Error(held.reason)
    const capture = { workspaceId, holdId: held.holdId, amount: 50_000 }
    await wallet.capture({ ...capture, idempotencyKey: `k${index}`, details: { class: 'simple' } })
  }
}

const ordersOf = (workspaceId: string) =>
  db.from('wallet_orders').where('workspace_id', workspaceId).orderBy('requested_at')

test.group('Wallet pages', () => {
  test('shows what is left, without ever saying tokens', async ({ assert, client }) => {
    const { user, workspace } = await givenAWorkspace()
    await givenSpending(workspace.id, 3)
    const page = await client.get('/wallet').loginAs(user)
    page.assertStatus(200)
    page.assertTextIncludes('$1.85')
    page.assertTextIncludes('Request: Simple')
    const words = page.text().replace(/name="_csrf"|csrf-token|X-CSRF-TOKEN/gi, '')
    assert.notMatch(words, /\btokens?\b/i)
    assert.notMatch(words, /translation missing/i)
    const french = await client.get('/wallet').loginAs(user).header('Accept-Language', 'fr')
    assert.notMatch(french.text(), /translation missing/i)
  })

  test('filters that make no sense are ignored', async ({ client }) => {
    const { user } = await givenAWorkspace()
    const page = await client.get('/wallet?asset=gold&cursor=x&dollars=-3').loginAs(user)
    page.assertStatus(200)
  })

  test('shows every plan of every line in both languages', async ({ assert, client }) => {
    const { user } = await givenAWorkspace()
    for (const locale of ['en', 'fr']) {
      const page = await client.get('/wallet/plans').loginAs(user).header('Accept-Language', locale)
      page.assertStatus(200)
      assert.notMatch(page.text(), /translation missing/i)
    }
  })

  test('a pack waits until the operator confirms it, then is active at once', async ({
    assert,
    client,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    const operator = await givenAnOperator()
    const order = { dollars: 100, key: 'once-and-only' }
    for (let turn = 0; turn < 2; turn += 1) {
      await client.post('/wallet/orders').loginAs(user).withCsrfToken().form(order).redirects(0)
    }
    const [placed, ...others] = await ordersOf(workspace.id)
    assert.lengthOf(others, 0)
    assert.equal(placed.price_cents, 9000)
    let summary = await wallet.summary(workspace.id)
    assert.equal(summary.usd.purchasedMicros, 0)

    const confirm = (by = operator.user) =>
      client.post(`/wallet/orders/${placed.id}/confirm`).loginAs(by).withCsrfToken().redirects(0)
    const own = await confirm(user)
    own.assertStatus(403)
    assert.notInclude((await client.get('/wallet').loginAs(user)).text(), '/confirm')
    const list = await client.get('/wallet/orders').loginAs(operator.user)
    list.assertTextIncludes(placed.id)
    list.assertTextIncludes(user.email)
    await Promise.all([confirm(), confirm(), confirm()])
    summary = await wallet.summary(workspace.id)
    assert.equal(summary.usd.purchasedMicros, 100_000_000)
    assert.equal(summary.usd.includedMicros, 2_000_000)
    await assertLedgerIsSound(assert)
    const after = await client.get('/wallet/orders').loginAs(operator.user)
    assert.notInclude(after.text(), placed.id)
  })

  test('the operator refuses an order, and buys without waiting', async ({ assert, client }) => {
    const { user, workspace } = await givenAWorkspace()
    const operator = await givenAnOperator()
    const order = async (buyer: typeof user, workspaceId: string) => {
      await client.post('/wallet/orders').loginAs(buyer).withCsrfToken().form({ dollars: 5 })
      return (await ordersOf(workspaceId))[0].id as string
    }
    const decide = (id: string, how: string) =>
      client.post(`/wallet/orders/${id}/${how}`).loginAs(operator.user).withCsrfToken().redirects(0)

    const refused = await decide(await order(user, workspace.id), 'refuse')
    refused.assertHeader('location', '/wallet/orders')
    const [row] = await ordersOf(workspace.id)
    assert.containSubset(row, { status: 'cancelled', decided_by: operator.user.id })
    await decide(row.id, 'confirm')
    assert.equal((await wallet.summary(workspace.id)).usd.purchasedMicros, 0)

    const own = await order(operator.user, operator.workspace.id)
    const page = await client.get('/wallet').loginAs(operator.user)
    page.assertTextIncludes(`/wallet/orders/${own}/confirm`)
    const confirmed = await decide(own, 'confirm')
    confirmed.assertHeader('location', '/wallet#orders')
    const summary = await wallet.summary(operator.workspace.id)
    assert.equal(summary.usd.purchasedMicros, 5_000_000)
  })

  test('the command line confirms an order once', async ({ assert, client }) => {
    const { user, workspace } = await givenAWorkspace()
    await client.post('/wallet/orders').loginAs(user).withCsrfToken().form({ dollars: 5 })
    const [order] = await ordersOf(workspace.id)
    const ace = await app.container.make('ace')
    for (const [id, exitCode] of [
      ['nonsense', 1],
      [workspace.id, 1],
      [order.id, 0],
      [order.id, 0],
    ] as const) {
      const command = await ace.create(OrderConfirm, [id])
      await command.exec()
      assert.equal(command.exitCode, exitCode, id)
    }
    const [paid] = await ordersOf(workspace.id)
    assert.containSubset(paid, { status: 'paid', decided_by: null })
    assert.equal((await wallet.summary(workspace.id)).usd.purchasedMicros, 5_000_000)
  })

  test('amounts outside the offer are refused with the input kept', async ({ assert, client }) => {
    const { user, workspace } = await givenAWorkspace()
    for (const dollars of ['4', '10001', '5.5', 'many', '']) {
      const answer = await client
        .post('/wallet/orders')
        .loginAs(user)
        .withCsrfToken()
        .form({ dollars })
        .redirects(0)
      answer.assertStatus(302)
    }
    assert.lengthOf(await ordersOf(workspace.id), 0)
  })

  test('a free plan begins at once, a paid one when its payment is confirmed', async ({
    assert,
    client,
  }) => {
    const { user, workspace } = await givenAWorkspace({ plans: { quantization: 'starter' } })
    const operator = await givenAnOperator()
    const choose = (line: string, plan: string) =>
      client.post('/wallet/plans').loginAs(user).withCsrfToken().form({ line, plan }).redirects(0)
    await choose('quantization', 'free')
    assert.containSubset(await planOf(workspace.id, 'quantization'), { id: 'free' })
    await choose('agent', 'business')
    assert.containSubset(await planOf(workspace.id, 'agent'), { id: 'starter' })

    const [order] = await ordersOf(workspace.id)
    await client.post(`/wallet/orders/${order.id}/confirm`).loginAs(operator.user).withCsrfToken()
    assert.containSubset(await planOf(workspace.id, 'agent'), { id: 'business' })
    const summary = await wallet.summary(workspace.id)
    assert.equal(summary.conversations.available, 1000)
  })

  test('roles and workspaces are respected', async ({ assert, client }) => {
    const { user, workspace } = await givenAWorkspace()
    const stranger = await givenAWorkspace()
    await client.post('/wallet/orders').loginAs(user).withCsrfToken().form({ dollars: 5 })
    const [order] = await ordersOf(workspace.id)

    for (const [how, status] of [
      ['confirm', 403],
      ['refuse', 403],
      ['cancel', 404],
    ] as const) {
      const foreign = await client
        .post(`/wallet/orders/${order.id}/${how}`)
        .loginAs(stranger.user)
        .withCsrfToken()
        .redirects(0)
      foreign.assertStatus(status)
    }
    const list = await client.get('/wallet/orders').loginAs(stranger.user)
    list.assertStatus(403)

    const viewer = await User.create({ email: `v-${order.id}@example.com`, locale: 'en' })
    await Membership.create({ workspaceId: workspace.id, userId: viewer.id, role: 'viewer' })
    for (const path of ['/wallet/orders', '/wallet/plans', `/wallet/orders/${order.id}/confirm`]) {
      const answer = await client.post(path).loginAs(viewer).withCsrfToken().redirects(0)
      answer.assertStatus(403)
    }
    const [same] = await ordersOf(workspace.id)
    assert.equal(same.status, 'pending')
  })

  test('alerts reach the notice centre once', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    await givenSpending(workspace.id, 32)
    await new DeliverAlerts().handle()
    await new DeliverAlerts().handle()
    const notices = await db.from('notices').where('workspace_id', workspace.id)
    assert.deepEqual(
      notices.map((notice) => notice.title_key),
      ['wallet.notices.usd.80.title']
    )
  })
})

test.group('Wallet API', () => {
  test('answers the balances in the agreed shape', async ({ client }) => {
    const { apiKey } = await givenAWorkspace()
    const answer = await client.get('/api/v1/wallet').bearerToken(apiKey)
    answer.assertStatus(200)
    answer.assertBodyContains({
      usd: {
        availableMicros: 2_000_000,
        heldMicros: 0,
        includedMicros: 2_000_000,
        purchasedMicros: 0,
      },
      conversations: { available: 100 },
      quantizationCredits: { available: 1 },
    })
  })

  test('pages through the history without losing or repeating a line', async ({
    assert,
    client,
  }) => {
    const { workspace, apiKey } = await givenAWorkspace()
    const stranger = await givenAWorkspace()
    await givenSpending(stranger.workspace.id, 2)
    await givenSpending(workspace.id, 12)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const answer = await client
        .get('/api/v1/wallet/transfers')
        .qs({ limit: 4, ...(cursor ? { cursor } : {}) })
        .bearerToken(apiKey)
      answer.assertStatus(200)
      const page = answer.body() as { data: { id: string }[]; nextCursor: string | null }
      seen.push(...page.data.map((entry) => entry.id))
      cursor = page.nextCursor
    } while (cursor)
    assert.lengthOf(seen, 15)
    assert.lengthOf(new Set(seen), 15)
  })

  test('refuses bad input and missing keys', async ({ client }) => {
    const { apiKey } = await givenAWorkspace()
    for (const query of ['limit=0', 'limit=many', 'asset=gold', 'cursor=nonsense']) {
      const answer = await client.get(`/api/v1/wallet/transfers?${query}`).bearerToken(apiKey)
      answer.assertStatus(422)
    }
    const anonymous = await client.get('/api/v1/wallet')
    anonymous.assertStatus(401)
  })
})
