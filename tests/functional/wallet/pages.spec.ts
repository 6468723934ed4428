import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DeliverAlerts } from '#app/wallet/services/deliver_alerts'
import { planOf, wallet } from '#wallet'
import { Membership, User } from '#accounts'
import { givenAWorkspace } from '#tests/helpers/workspaces'
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

  test('a pack waits until the owner confirms it, then is active at once', async ({
    assert,
    client,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    const order = { dollars: 100, key: 'once-and-only' }
    for (let turn = 0; turn < 2; turn += 1) {
      await client.post('/wallet/orders').loginAs(user).withCsrfToken().form(order).redirects(0)
    }
    const [placed, ...others] = await ordersOf(workspace.id)
    assert.lengthOf(others, 0)
    assert.equal(placed.price_cents, 9000)
    let summary = await wallet.summary(workspace.id)
    assert.equal(summary.usd.purchasedMicros, 0)

    const confirm = () =>
      client.post(`/wallet/orders/${placed.id}/confirm`).loginAs(user).withCsrfToken().redirects(0)
    await Promise.all([confirm(), confirm(), confirm()])
    summary = await wallet.summary(workspace.id)
    assert.equal(summary.usd.purchasedMicros, 100_000_000)
    assert.equal(summary.usd.includedMicros, 2_000_000)
    await assertLedgerIsSound(assert)
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
    const choose = (line: string, plan: string) =>
      client.post('/wallet/plans').loginAs(user).withCsrfToken().form({ line, plan }).redirects(0)
    await choose('quantization', 'free')
    assert.containSubset(await planOf(workspace.id, 'quantization'), { id: 'free' })
    await choose('agent', 'business')
    assert.containSubset(await planOf(workspace.id, 'agent'), { id: 'starter' })

    const [order] = await ordersOf(workspace.id)
    await client.post(`/wallet/orders/${order.id}/confirm`).loginAs(user).withCsrfToken()
    assert.containSubset(await planOf(workspace.id, 'agent'), { id: 'business' })
    const summary = await wallet.summary(workspace.id)
    assert.equal(summary.conversations.available, 1000)
  })

  test('roles and workspaces are respected', async ({ assert, client }) => {
    const { user, workspace } = await givenAWorkspace()
    const stranger = await givenAWorkspace()
    await client.post('/wallet/orders').loginAs(user).withCsrfToken().form({ dollars: 5 })
    const [order] = await ordersOf(workspace.id)

    const foreign = await client
      .post(`/wallet/orders/${order.id}/confirm`)
      .loginAs(stranger.user)
      .withCsrfToken()
      .redirects(0)
    foreign.assertStatus(404)

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
