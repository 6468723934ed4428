import type Stripe from 'stripe'
import db from '@adonisjs/lucid/services/db'
import { requireStripe } from '#app/wallet/stripe/client'
import type { Subject } from '#app/wallet/stripe/inbox/subject_of'
import { syncCustomer } from '#app/wallet/stripe/sync/sync_customer'
import { syncInvoice } from '#app/wallet/stripe/sync/sync_invoice'
import { syncCharge, syncPayment } from '#app/wallet/stripe/sync/sync_payment'
import { syncSession } from '#app/wallet/stripe/sync/sync_session'
import { syncSubscription } from '#app/wallet/stripe/sync/sync_subscription'

const SYNC: Record<Subject, (stripe: Stripe, id: string) => Promise<string>> = {
  session: syncSession,
  subscription: syncSubscription,
  invoice: syncInvoice,
  payment: syncPayment,
  charge: syncCharge,
  customer: syncCustomer,
}

/**
 * Handles an event by making this box agree with the object that it names, as Stripe knows it
 * now. Handling it again, or after later ones, therefore changes nothing.
 *
 * @throws what went wrong, after writing it beside the event for the operator
 */
export async function processEvent(eventId: string): Promise<void> {
  const event = await db.from('stripe_events').where('id', eventId).first()
  if (!event) return
  const mine = db.from('stripe_events').where('id', eventId)
  try {
    if (event.subject) await SYNC[event.subject as Subject](requireStripe(), event.subject_id)
    await mine.update({ processed_at: new Date(), error: null, attempts: event.attempts + 1 })
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).slice(0, 500)
    await mine.update({ error: message, attempts: event.attempts + 1 })
    throw error
  }
}
