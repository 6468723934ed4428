import db from '@adonisjs/lucid/services/db'
import env from '#start/env'
import { FakeStripe, WEBHOOK_SECRET } from '#tests/helpers/stripe/fake_stripe'
import { processEvent } from '#app/wallet/stripe/inbox/process_event'
import { receiveEvent } from '#app/wallet/stripe/inbox/receive_event'
import type { StripeObject, StripeWorld } from '#tests/helpers/stripe/stripe_world'

/** Starts the local Stripe and makes it the payment provider until `stop` is called. */
export async function givenStripe() {
  const fake = new FakeStripe()
  env.set('STRIPE_API_BASE', await fake.start())
  env.set('STRIPE_SECRET_KEY', 'sk_test_local')
  env.set('STRIPE_WEBHOOK_SECRET', WEBHOOK_SECRET)
  return {
    fake,
    world: fake.world,
    async stop() {
      env.set('STRIPE_SECRET_KEY', '')
      env.set('STRIPE_WEBHOOK_SECRET', '')
      env.set('STRIPE_API_BASE', '')
      await fake.stop()
    },
  }
}

/** Delivers an event as Stripe does and handles it, as the job does. Errors stay in the inbox. */
export async function deliver(event: StripeObject): Promise<void> {
  const { payload, header } = FakeStripe.sign(event)
  const received = await receiveEvent(payload, header)
  if (!received.ok) throw new Error(received.reason)
  await processEvent(event.id).catch(() => null)
}

const told = new WeakMap<StripeWorld, number>()

/** Delivers what was announced since the last time, and what that brings about. */
export async function deliverNew(world: StripeWorld): Promise<void> {
  for (let next = told.get(world) ?? 0; next < world.events.length; next += 1) {
    await deliver(world.events[next]!)
    told.set(world, next + 1)
  }
}

/** Errors that the inbox keeps for these events. */
export async function errorsOf(events: StripeObject[]): Promise<string[]> {
  const rows = await db
    .from('stripe_events')
    .whereIn(
      'id',
      events.map(({ id }) => id)
    )
    .whereNotNull('error')
  return rows.map((row) => `${row.type}: ${row.error}`)
}
