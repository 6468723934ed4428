import type Stripe from 'stripe'
import { idOf } from '#app/wallet/stripe/id_of'

/** What an event is about: the object to fetch, as it is now, when the event is handled. */
export type Subject = 'session' | 'subscription' | 'invoice' | 'payment' | 'charge' | 'customer'

/** Objects of events, as far as they are read here. */
interface EventObject {
  id: string
  object: string
  payment_intent?: string | { id: string } | null
  charge?: string | { id: string } | null
  customer?: string | { id: string } | null
}

/**
 * Types that change money, credit or a customer. Both `invoice.paid` and
 * `invoice.payment_succeeded` tell the same; only the first is read, as it covers invoices that
 * were paid outside of Stripe too.
 */
const SUBJECT_OF_TYPE: readonly [RegExp, (object: EventObject) => [Subject, string | null]][] = [
  [/^checkout\.session\./, (object) => ['session', object.id]],
  [/^customer\.subscription\./, (object) => ['subscription', object.id]],
  [
    /^invoice\.(paid|payment_failed|payment_action_required|finalization_failed|voided|marked_uncollectible|overdue|updated)$/,
    (object) => ['invoice', object.id],
  ],
  [
    /^payment_intent\.(succeeded|payment_failed|processing|canceled)$/,
    (object) => ['payment', object.id],
  ],
  [/^(refund\.|charge\.dispute\.|charge\.refund\.)/, ofPayment],
  [/^charge\.refunded$/, (object) => ['charge', object.id]],
  [/^customer\.tax_id\.|^payment_method\./, (object) => ['customer', idOf(object.customer)]],
  [/^customer\.(created|updated|deleted)$/, (object) => ['customer', object.id]],
]

function ofPayment(object: EventObject): [Subject, string | null] {
  const intent = idOf(object.payment_intent)
  return intent ? ['payment', intent] : ['charge', idOf(object.charge)]
}

/** Null when the event changes nothing here. */
export function subjectOf(event: Pick<Stripe.Event, 'type' | 'data'>): {
  subject: Subject
  id: string
} | null {
  const object = event.data.object as unknown as EventObject
  const rule = SUBJECT_OF_TYPE.find(([types]) => types.test(event.type))
  if (!rule) return null
  const [subject, id] = rule[1](object)
  return id ? { subject, id } : null
}
