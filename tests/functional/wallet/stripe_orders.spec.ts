import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { planOf, wallet } from '#wallet'
import { SeededRandom } from '#shared/random'
import { saveCustomer } from '#app/wallet/billing/customer'
import { ChoosePlan } from '#app/wallet/services/choose_plan'
import { PlaceOrder } from '#app/wallet/services/place_order'
import { PayOrder } from '#app/wallet/stripe/pay_order'
import { cardColumns } from '#app/wallet/stripe/sync/remember_card'
import { deliver, errorsOf, givenStripe } from '#tests/helpers/stripe/given_stripe'
import type { StripeObject } from '#tests/helpers/stripe/stripe_world'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import { assertLedgerIsSound } from './helpers.js'

/** Orders of delivery that are tried; `STRIPE_ORDERS=1000` for a long search. */
const ORDERS = Number(process.env.STRIPE_ORDERS ?? 2)

type Local = Awaited<ReturnType<typeof givenStripe>>

/**
 * A month in the life of a customer at Stripe: a pack that is partly refunded, one that is
 * disputed and won, bank debits that arrive and fail, the saved card, a plan that grows. Between
 * the steps some of the events arrive.
 */
async function live(stripe: Local, meanwhile: () => Promise<void>) {
  const { world } = stripe
  const { user, workspace } = await givenAWorkspace()
  const place = { workspaceId: workspace.id, timezone: workspace.timezone }
  const order = async (dollars: number, savedCard = false) => {
    const request = { kind: 'pack', dollars } as const
    const buyer = { workspaceId: workspace.id, userId: user.id, channel: 'stripe' } as const
    const placed = await new PlaceOrder().handle({ ...buyer, request })
    if (!placed.ok) throw new Error(placed.reason)
    const paid = await new PayOrder().handle({ ...place, orderId: placed.orderId, savedCard })
    await meanwhile()
    return paid.ok && paid.outcome === 'redirect' ? paid.url.split('/pay/')[1]! : ''
  }
  const refunded = world.completeSession(await order(100))
  await meanwhile()
  world.refund(refunded.payment_intent, 3000)
  await meanwhile()
  const disputed = world.completeSession(await order(20))
  const dispute = world.dispute(disputed.payment_intent)
  await meanwhile()
  world.closeDispute(dispute.id, 'won')
  const arriving = world.completeSession(await order(50), 'async')
  const failing = world.completeSession(await order(10), 'async')
  await meanwhile()
  world.settleAsync(arriving.id, true)
  world.settleAsync(failing.id, false)
  const card = world.addCard(arriving.customer, 'ok')
  await saveCustomer(workspace.id, cardColumns(card as never))
  await order(5, true)
  const lost = world.completeSession(await order(500))
  world.dispute(lost.payment_intent)
  await meanwhile()
  const choose = { ...place, userId: user.id, line: 'agent' }
  const chosen = await new ChoosePlan().handle({ ...choose, plan: 'business' })
  if (!chosen.ok || chosen.outcome !== 'redirect') throw new Error('no page')
  world.completeSession(chosen.url.split('/pay/')[1]!)
  await meanwhile()
  const subscription = world.list('subscription').at(-1)!
  world.cards.set(subscription.default_payment_method, 'ok')
  return workspace.id
}

/** Everything that must not depend on how the news came. */
async function stateOf(workspaceId: string) {
  const { usd, conversations } = await wallet.summary(workspaceId)
  const orders = await db.from('wallet_orders').where('workspace_id', workspaceId)
  const payments = await db.from('wallet_payments').where('workspace_id', workspaceId)
  const plan = await planOf(workspaceId, 'agent')
  return {
    usd,
    conversations: conversations.available,
    plan: plan?.id,
    orders: orders.map((o) => `${o.kind} ${o.price_cents} ${o.status} ${o.payment_state}`).sort(),
    payments: payments
      .map((p) => `${p.amount_cents} ${p.refunded_cents} ${p.disputed_cents} ${p.shortfall}`)
      .sort(),
  }
}

test.group('Stripe: events in any order', () => {
  test('shuffled, tripled and early, they end in the same ledger', async ({ assert }) => {
    const states: string[] = []
    const start = Math.floor(Date.now() / 1000)
    for (let seed = 1; seed <= ORDERS; seed += 1) {
      const numbers = new SeededRandom(seed)
      const random = () => numbers.next()
      const stripe = await givenStripe()
      stripe.world.now = () => start
      try {
        const meanwhile = async () => {
          for (const event of stripe.world.events) if (random() < 0.15) await deliver(event)
        }
        const workspaceId = await live(stripe, seed === 1 ? async () => {} : meanwhile)
        const { events } = stripe.world
        const sequence = shuffled([...events, ...events, ...events], random)
        for (const event of sequence) await deliver(event)
        assert.deepEqual(await errorsOf(events), [], `seed ${seed}`)
        states.push(JSON.stringify(await stateOf(workspaceId), null, 1))
      } finally {
        await stripe.stop()
      }
    }
    for (const [index, state] of states.entries()) {
      assert.equal(state, states[0], `seed ${index + 1} ends otherwise`)
    }
    assert.include(states[0], '"purchasedMicros": 141666667')
    await assertLedgerIsSound(assert)
  }).timeout(60_000 + ORDERS * 30_000)
})

function shuffled(events: StripeObject[], random: () => number): StripeObject[] {
  return events
    .map((event) => ({ event, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event)
}
