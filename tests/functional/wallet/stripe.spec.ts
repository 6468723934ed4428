import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import type { ApiClient } from '@japa/api-client'
import { planOf, wallet } from '#wallet'
import { saveSeller } from '#app/wallet/billing/seller'
import { settleOpenOrders } from '#app/wallet/stripe/reconcile'
import { FakeStripe } from '#tests/helpers/stripe/fake_stripe'
import { deliver, deliverNew, errorsOf, givenStripe } from '#tests/helpers/stripe/given_stripe'
import { givenAWorkspace, givenAnOperator } from '#tests/helpers/workspaces'
import { assertLedgerIsSound } from './helpers.js'

type Shop = Awaited<ReturnType<typeof givenAWorkspace>>
type Local = Awaited<ReturnType<typeof givenStripe>>

const buy = (client: ApiClient, { user }: Shop, form: Record<string, unknown>) =>
  client.post('/wallet/orders').loginAs(user).withCsrfToken().form(form).redirects(0)

const choose = (client: ApiClient, { user }: Shop, line: string, plan: string) =>
  client.post('/wallet/plans').loginAs(user).withCsrfToken().form({ line, plan }).redirects(0)

const bought = async ({ workspace }: Shop) =>
  (await wallet.summary(workspace.id)).usd.purchasedMicros

const sessionOf = (location: string) => location.split('/pay/')[1]!

/** A shop whose first pack is paid, so that its card is saved. */
async function givenASavedCard(client: ApiClient, { world }: Local, shop: Shop) {
  const page = await buy(client, shop, { dollars: 10 })
  world.completeSession(sessionOf(page.header('location')!))
  await deliverNew(world)
  const { card_id: card } = await db
    .from('wallet_customers')
    .where('workspace_id', shop.workspace.id)
    .firstOrFail()
  return card as string
}

test.group('Stripe: packs', (group) => {
  let stripe: Local
  group.each.timeout(60_000)
  group.each.setup(async () => {
    stripe = await givenStripe()
    return () => stripe.stop()
  })

  test('a pack is paid on the hosted page and credited once, whoever tells it', async ({
    assert,
    client,
  }) => {
    const shop = await givenAWorkspace()
    const form = { dollars: 100, key: 'a-double-click' }
    const [first, second] = await Promise.all([buy(client, shop, form), buy(client, shop, form)])
    const session = stripe.world.completeSession(sessionOf(first.header('location')!))
    assert.equal(session.amount_total, 9000)
    assert.equal(second.header('location'), first.header('location'))
    assert.equal(await bought(shop), 0)
    const back = session.success_url.replace(/^https?:\/\/[^/]+/, '')
    await Promise.all([
      client.get(back).loginAs(shop.user).redirects(0),
      ...stripe.world.events.flatMap((event) => [deliver(event), deliver(event)]),
    ])
    assert.equal(await bought(shop), 100_000_000)
    assert.deepEqual(await errorsOf(stripe.world.events), [])
    assert.lengthOf(stripe.world.list('customer'), 1)
    await assertLedgerIsSound(assert)
    const page = await client.get('/wallet').loginAs(shop.user)
    page.assertTextIncludes('visa •••• 4242')
  })

  test('the saved card pays in one click; 3-D Secure and refusals lead to the page', async ({
    assert,
    client,
  }) => {
    const shop = await givenAWorkspace()
    const card = await givenASavedCard(client, stripe, shop)
    const paid = await buy(client, shop, { dollars: 20, saved_card: '1' })
    assert.equal(paid.header('location'), '/wallet')
    assert.equal(await bought(shop), 30_000_000)
    for (const kind of ['needs_3ds', 'declined'] as const) {
      stripe.world.cards.set(card, kind)
      const sent = await buy(client, shop, { dollars: 5, saved_card: '1' })
      assert.include(sent.header('location'), '/pay/cs_test')
    }
    const open = stripe.world.list('payment_intent').filter((pi) => pi.status !== 'succeeded')
    assert.deepEqual(
      open.map((intent) => intent.status),
      ['canceled', 'canceled']
    )
    assert.equal(await bought(shop), 30_000_000)
    await deliverNew(stripe.world)
    assert.equal(await bought(shop), 30_000_000)
  })

  test('Stripe down in the middle of a purchase loses nothing and doubles nothing', async ({
    assert,
    client,
  }) => {
    const shop = await givenAWorkspace()
    await givenASavedCard(client, stripe, shop)
    const form = { dollars: 50, saved_card: '1', key: 'in-trouble-1' }
    // The payment is made, its answer is lost.
    stripe.fake.trouble = 'after'
    stripe.fake.troubleWith = /payment_intents$/
    const lost = await buy(client, shop, form)
    assert.equal(lost.header('location'), '/wallet#orders')
    assert.equal(await bought(shop), 10_000_000)
    stripe.fake.trouble = null
    const again = await buy(client, shop, form)
    assert.equal(again.header('location'), '/wallet')
    assert.equal(await bought(shop), 60_000_000)

    // Nobody comes back and no event arrives: the five-minute look finds the payment.
    stripe.fake.trouble = 'after'
    await buy(client, shop, { ...form, key: 'in-trouble-2' })
    stripe.fake.trouble = 'before'
    await buy(client, shop, { ...form, key: 'in-trouble-3' })
    stripe.fake.trouble = null
    await settleOpenOrders(new Date(Date.now() + 120_000))
    await settleOpenOrders(new Date(Date.now() + 120_000))
    assert.equal(await bought(shop), 110_000_000)
    const paid = stripe.world.list('payment_intent').filter((pi) => pi.status === 'succeeded')
    assert.lengthOf(paid, 3)
    await assertLedgerIsSound(assert)
  })

  test('a bank debit is credited days later, or refused', async ({ assert, client }) => {
    const shop = await givenAWorkspace()
    for (const confirmed of [true, false]) {
      const page = await buy(client, shop, { dollars: 20 })
      const id = sessionOf(page.header('location')!)
      stripe.world.completeSession(id, 'async')
      await deliverNew(stripe.world)
      const order = await db.from('wallet_orders').where('stripe_session_id', id).firstOrFail()
      assert.equal(order.payment_state, 'processing')
      stripe.world.settleAsync(id, confirmed)
      await deliverNew(stripe.world)
      const after = await db.from('wallet_orders').where('stripe_session_id', id).firstOrFail()
      assert.equal(after.payment_state, confirmed ? 'settled' : 'failed')
    }
    assert.equal(await bought(shop), 20_000_000)
  })

  test('refunds and disputes claw credit back, and return it', async ({ assert, client }) => {
    const shop = await givenAWorkspace()
    await givenASavedCard(client, stripe, shop)
    const { world } = stripe
    const intent = world.list('payment_intent')[0]!
    const tell = async () => {
      await deliverNew(world)
      return bought(shop)
    }
    const refund = world.refund(intent.id, 400)
    assert.equal(await tell(), 6_000_000)
    const dispute = world.dispute(intent.id)
    assert.equal(await tell(), 0)
    world.closeDispute(dispute.id, 'won')
    assert.equal(await tell(), 6_000_000)
    world.failRefund(refund.id)
    assert.equal(await tell(), 10_000_000)
    assert.deepEqual(await errorsOf(world.events), [])
    await assertLedgerIsSound(assert)
  })

  test('credit that was spent before its refund is paid by the next purchase', async ({
    assert,
    client,
  }) => {
    const shop = await givenAWorkspace()
    await givenASavedCard(client, stripe, shop)
    const held = await wallet.hold({
      workspaceId: shop.workspace.id,
      asset: 'usd',
      amount: 9_000_000,
      purpose: 'test',
      idempotencyKey: 'spent',
    })
    if (!held.ok) throw new Error(held.reason)
    const capture = { workspaceId: shop.workspace.id, holdId: held.holdId, amount: 9_000_000 }
    await wallet.capture({ ...capture, idempotencyKey: 'spent' })
    stripe.world.refund(stripe.world.list('payment_intent')[0]!.id)
    await deliverNew(stripe.world)
    const [payment] = await db.from('wallet_payments').where('workspace_id', shop.workspace.id)
    assert.equal(payment.shortfall, 7_000_000)
    assert.equal(await bought(shop), 0)
    await buy(client, shop, { dollars: 20, saved_card: '1' })
    stripe.world.announce('charge.refunded', stripe.world.list('charge')[0]!)
    await deliverNew(stripe.world)
    assert.equal(await bought(shop), 13_000_000)
    await assertLedgerIsSound(assert)
  })

  test('an amount or a currency that is not the order’s waits for the operator', async ({
    assert,
    client,
  }) => {
    const shop = await givenAWorkspace()
    const operator = await givenAnOperator()
    const page = await buy(client, shop, { dollars: 10 })
    const id = sessionOf(page.header('location')!)
    Object.assign(stripe.world.get(id), { currency: 'eur' })
    stripe.world.completeSession(id)
    await deliverNew(stripe.world)
    assert.equal(await bought(shop), 0)
    const errors = await errorsOf(stripe.world.events)
    assert.match(errors.join(), /mismatch/)
    const list = await client.get('/wallet/box/events?state=failed').loginAs(operator.user)

    list.assertTextIncludes('mismatch')
    const orders = await client.get('/wallet/orders').loginAs(operator.user)
    orders.assertTextIncludes(shop.user.email)
    const stranger = await client.get('/wallet/box/events').loginAs(shop.user)
    stranger.assertStatus(403)
    const [event] = await db.from('stripe_events').whereNotNull('error')
    const replay = (by: typeof shop.user) =>
      client.post(`/wallet/box/events/${event.id}/replay`).loginAs(by).withCsrfToken().redirects(0)
    const refused = await replay(shop.user)
    refused.assertStatus(403)
    stripe.world.list('payment_intent').at(-1)!.currency = 'usd'
    await replay(operator.user)
    assert.equal(await bought(shop), 10_000_000)
  })

  test('an order that was cancelled and paid all the same is given', async ({ assert, client }) => {
    const shop = await givenAWorkspace()
    const page = await buy(client, shop, { dollars: 10 })
    const id = sessionOf(page.header('location')!)
    const [order] = await db.from('wallet_orders').where('workspace_id', shop.workspace.id)
    stripe.fake.trouble = 'before'
    await client
      .post(`/wallet/orders/${order.id}/cancel`)
      .loginAs(shop.user)
      .withCsrfToken()
      .redirects(0)
    stripe.fake.trouble = null
    stripe.world.completeSession(id)
    await deliverNew(stripe.world)
    assert.equal(await bought(shop), 10_000_000)
  })

  test('an order that is paid twice, in two windows, gives one payment back', async ({
    assert,
    client,
  }) => {
    const shop = await givenAWorkspace()
    await givenASavedCard(client, stripe, shop)
    const page = await buy(client, shop, { dollars: 5 })
    const session = stripe.world.get(sessionOf(page.header('location')!))
    const copy = stripe.world.add('checkout.session', 'cs_test', { ...session, id: undefined })
    stripe.world.completeSession(session.id)
    stripe.world.completeSession(copy.id)
    await deliverNew(stripe.world)
    assert.equal(await bought(shop), 15_000_000)
    assert.lengthOf(stripe.world.list('refund'), 1)
  })
})

test.group('Stripe: webhook', (group) => {
  let stripe: Local
  group.each.timeout(60_000)
  group.each.setup(async () => {
    stripe = await givenStripe()
    return () => stripe.stop()
  })
  const event = { id: 'evt_hook', object: 'event', type: 'ping', created: 1, data: { object: {} } }

  test('takes signed events in once, over the raw body', async ({ assert }) => {
    const url = `http://${process.env.HOST}:${process.env.PORT}/hooks/stripe`
    const post = async (body: string, header?: string) => {
      const headers = { 'content-type': 'application/json' }
      const signed = header ? { ...headers, 'stripe-signature': header } : headers
      return fetch(url, { method: 'POST', body, headers: signed })
    }
    const good = FakeStripe.sign({ ...event, text: ' é ' })
    const first = await post(good.payload, good.header)
    assert.deepEqual(await first.json(), { received: true, new: true })
    const replayed = await post(good.payload, good.header)
    assert.deepEqual(await replayed.json(), { received: true, new: false })

    const seconds = Math.floor(Date.now() / 1000)
    const bad = [
      [good.payload],
      [good.payload.replace('ping', 'pong'), good.header],
      [good.payload.slice(0, -5), good.header],
      [good.payload, FakeStripe.sign(event, 'whsec_other').header],
      [good.payload, FakeStripe.sign({ ...event, text: ' é ' }, undefined, seconds - 900).header],
      [good.payload, FakeStripe.sign({ ...event, text: ' é ' }, undefined, seconds + 900).header],
      [good.payload, 't=,v1='],
      ['', good.header],
      ['"text"', FakeStripe.sign('text' as never).header],
    ] as const
    for (const [body, header] of bad) {
      const refused = await post(body, header)
      assert.equal(refused.status, 400, `${body} ${header}`)
    }
    assert.lengthOf(await db.from('stripe_events').where('id', 'evt_hook'), 1)
  })
})

test.group('Stripe: plans', (group) => {
  let stripe: Local
  group.each.timeout(60_000)
  group.each.setup(async () => {
    stripe = await givenStripe()
    return () => stripe.stop()
  })
  const tell = async () => {
    await deliverNew(stripe.world)
    return errorsOf(stripe.world.events)
  }

  async function givenAPlan(client: ApiClient, shop: Shop, line: string, plan: string) {
    const page = await choose(client, shop, line, plan)
    stripe.world.completeSession(sessionOf(page.header('location')!))
    return tell()
  }

  test('a plan begins with its payment and its part of the month', async ({ assert, client }) => {
    const shop = await givenAWorkspace()
    assert.deepEqual(await givenAPlan(client, shop, 'assistant', 'pro'), [])
    assert.containSubset(await planOf(shop.workspace.id, 'assistant'), { id: 'pro' })
    const { usd, period } = await wallet.summary(shop.workspace.id)
    const [start, end] = [Date.parse(period.start), Date.parse(period.end)]
    const share = (end - Date.now()) / (end - start)
    assert.closeTo(usd.availableMicros, 2_000_000 + 8_000_000 * share, 5000)
    const [order] = await db.from('wallet_orders').where('workspace_id', shop.workspace.id)
    assert.equal(order.status, 'paid')
    await assertLedgerIsSound(assert)
  })

  test('dearer at once, cheaper next month, free at the end, kept on second thought', async ({
    assert,
    client,
  }) => {
    const shop = await givenAWorkspace()
    await givenAPlan(client, shop, 'agent', 'business')
    await choose(client, shop, 'agent', 'enterprise')
    assert.containSubset(await planOf(shop.workspace.id, 'agent'), { id: 'enterprise' })
    assert.isTrue((await wallet.summary(shop.workspace.id)).conversations.unlimited)

    await choose(client, shop, 'agent', 'business')
    assert.containSubset(await planOf(shop.workspace.id, 'agent'), { id: 'enterprise' })
    const page = await client.get('/wallet/plans').loginAs(shop.user)
    page.assertTextIncludes('Begins next month')
    await choose(client, shop, 'agent', 'enterprise')
    const row = () =>
      db
        .from('wallet_subscriptions')
        .where({ workspace_id: shop.workspace.id, line: 'agent' })
        .first()
    assert.isNull((await row()).next_plan)

    await choose(client, shop, 'agent', 'starter')
    assert.isNotNull((await row()).ends_at)
    await choose(client, shop, 'agent', 'enterprise')
    assert.isNull((await row()).ends_at)
    stripe.world.endSubscription((await row()).stripe_subscription_id)
    assert.deepEqual(await tell(), [])
    assert.containSubset(await planOf(shop.workspace.id, 'agent'), { id: 'starter' })
  })

  test('an upgrade that the bank wants confirmed counts once it is', async ({ assert, client }) => {
    const shop = await givenAWorkspace()
    await givenAPlan(client, shop, 'assistant', 'individual')
    const [subscription] = stripe.world.list('subscription')
    stripe.world.cards.set(subscription!.default_payment_method, 'needs_3ds')
    const sent = await choose(client, shop, 'assistant', 'pro')
    assert.include(sent.header('location'), '/invoice/in_')
    assert.containSubset(await planOf(shop.workspace.id, 'assistant'), { id: 'individual' })
    stripe.world.payInvoice(sent.header('location')!.split('/invoice/')[1]!)
    assert.deepEqual(await tell(), [])
    assert.containSubset(await planOf(shop.workspace.id, 'assistant'), { id: 'pro' })
  })

  test('a month without its payment brings what is free, the payment brings the rest', async ({
    assert,
    client,
  }) => {
    const shop = await givenAWorkspace()
    await givenAPlan(client, shop, 'assistant', 'pro')
    const [subscription] = stripe.world.list('subscription')
    const id = shop.workspace.id
    // The clock jumps: the calendar's month counts as over for the subscription.
    await db.rawQuery(
      `update wallet_subscriptions set credited_until = now() - interval '1 day',
         paid_until = date_trunc('month', now()) where workspace_id = ?`,
      [id]
    )
    const before = (await wallet.summary(id)).usd.availableMicros
    const row = await db
      .from('wallet_subscriptions')
      .where({ workspace_id: id, line: 'assistant' })
      .firstOrFail()
    assert.equal(row.plan, 'pro')
    const end = Math.floor(Date.now() / 1000) + 30 * 86_400
    const invoice = stripe.world.renew(subscription!.id, end, false)
    assert.deepEqual(await tell(), [])
    assert.equal((await wallet.summary(id)).usd.availableMicros, before)
    const notices = await db
      .from('notices')
      .where({ workspace_id: id, kind: 'wallet.invoice_unpaid' })
    assert.lengthOf(notices, 1)
    stripe.world.payInvoice(invoice.id)
    assert.deepEqual(await tell(), [])
    await assertLedgerIsSound(assert)
  })

  test('two subscriptions of one line end as one', async ({ assert, client }) => {
    const shop = await givenAWorkspace()
    const first = await choose(client, shop, 'crm', 'business')
    const second = await choose(client, shop, 'crm', 'enterprise')
    stripe.world.now = () => Math.floor(Date.now() / 1000) - 100
    stripe.world.completeSession(sessionOf(first.header('location')!))
    stripe.world.now = () => Math.floor(Date.now() / 1000)
    stripe.world.completeSession(sessionOf(second.header('location')!))
    assert.deepEqual(await tell(), [])
    assert.deepEqual(await tell(), [])
    assert.deepEqual(
      stripe.world.list('subscription').map(({ status }) => status),
      ['canceled', 'active']
    )
    assert.containSubset(await planOf(shop.workspace.id, 'crm'), { id: 'enterprise' })
  })

  test('invoices are numbered without a gap, with the VAT of both countries', async ({
    assert,
    client,
  }) => {
    const before = await db.from('wallet_seller').first()
    await saveSeller({
      name: 'Le Comptoir',
      address: '1 rue du Port\n75001 Paris',
      country: 'FR',
      vatId: 'FR40303265045',
      registration: 'SAS, RCS Paris 303 265 045',
    })
    try {
      const shop = await givenAWorkspace()
      const profile = (form: Record<string, string>) =>
        client
          .post('/wallet/billing')
          .loginAs(shop.user)
          .withCsrfToken()
          .form({ address: '', email: '', ...form })
          .redirects(0)
      await profile({ name: 'Adler GmbH', country: 'DE', vat_id: 'DE136695977' })
      assert.isNull(
        await db.from('wallet_customers').where('workspace_id', shop.workspace.id).first()
      )
      const page = await buy(client, shop, { dollars: 100 })
      assert.equal(stripe.world.get(sessionOf(page.header('location')!)).amount_total, 10800)
      stripe.world.completeSession(sessionOf(page.header('location')!))
      await tell()
      await profile({ name: 'Adler GmbH', country: 'DE', vat_id: 'DE 136 695 976' })
      assert.lengthOf(stripe.world.list('tax_id'), 1)
      await buy(client, shop, { dollars: 10, saved_card: '1' })
      stripe.world.refund(stripe.world.list('payment_intent')[0]!.id, 5400)
      assert.deepEqual(await tell(), [])
      const invoices = await db
        .from('wallet_invoices')
        .where('workspace_id', shop.workspace.id)
        .orderBy('sequence')
      assert.deepEqual(
        invoices.map((i) => [i.kind, i.net_cents, i.vat_cents, i.vat_treatment]),
        [
          ['invoice', 9000, 1800, 'domestic'],
          ['invoice', 1000, 0, 'reverse_charge'],
          ['credit_note', 4500, 900, 'domestic'],
        ]
      )
      const stranger = await givenAWorkspace()
      for (const invoice of invoices) {
        const pdf = await client.get(`/wallet/billing/invoices/${invoice.id}`).loginAs(shop.user)
        assert.match(pdf.text() || String(pdf.body()), /^%PDF/)
        const foreign = await client
          .get(`/wallet/billing/invoices/${invoice.id}`)
          .loginAs(stranger.user)
        foreign.assertStatus(404)
      }
      await assert.rejects(
        () => db.from('wallet_invoices').where('id', invoices[0].id).update({ net_cents: 1 }),
        /final/
      )
      for (const locale of ['en', 'fr']) {
        const list = await client
          .get('/wallet/billing')
          .loginAs(shop.user)
          .header('Accept-Language', locale)
        assert.notMatch(list.text(), /translation missing/i)
      }
      await assertLedgerIsSound(assert)
    } finally {
      if (!before) await db.from('wallet_seller').delete()
    }
  })
})
