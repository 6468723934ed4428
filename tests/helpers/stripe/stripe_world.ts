import { randomBytes } from 'node:crypto'

/** Objects as Stripe's API answers them, as far as the wallet reads them. */
export type StripeObject = Record<string, any> & { id: string; object: string }

/** How the card behaves that pays: like Stripe's test cards 4242…, …3155, …0002. */
export type CardKind = 'ok' | 'needs_3ds' | 'declined'

const MONTH_SECONDS = 30 * 86_400

/** What Stripe keeps, and what happens there: people pay, banks refuse, money goes back. */
export class StripeWorld {
  readonly objects = new Map<string, StripeObject>()
  /** Everything announced so far, in order. */
  readonly events: StripeObject[] = []
  /** Behaviour of the cards in the world, by payment method. */
  readonly cards = new Map<string, CardKind>()
  now = () => Math.floor(Date.now() / 1000)
  /** Address of the server, for hosted pages. */
  base = ''

  add(object: string, prefix: string, fields: Record<string, any>): StripeObject {
    const id = fields.id ?? `${prefix}_${randomBytes(10).toString('hex')}`
    const created = { object, created: this.now(), livemode: false, metadata: {}, ...fields, id }
    this.objects.set(id, created)
    return created
  }

  get(id: string): StripeObject {
    const found = this.objects.get(id)
    if (!found) throw new MissingObject(id)
    return found
  }

  list(object: string): StripeObject[] {
    return [...this.objects.values()].filter((candidate) => candidate.object === object)
  }

  announce(type: string, object: StripeObject): void {
    this.events.push({
      id: `evt_${randomBytes(10).toString('hex')}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      type,
      created: this.now(),
      livemode: false,
      data: { object: structuredClone(object) },
    })
  }

  /** A buyer fills in the hosted page. `async` is a bank debit that is confirmed days later. */
  completeSession(id: string, how: CardKind | 'async' = 'ok'): StripeObject {
    const session = this.get(id)
    if (session.status !== 'open') throw new Error(`Session ${id} is ${session.status}`)
    session.status = 'complete'
    if (session.mode === 'subscription') this.#startSubscription(session)
    else {
      const method = this.addCard(session.customer, 'ok', how === 'async' ? 'sepa_debit' : 'card')
      const intent = this.createIntent({
        amount: session.amount_total,
        currency: session.currency,
        customer: session.customer,
        payment_method: method.id,
        metadata: session.intent_metadata,
      })
      session.payment_intent = intent.id
      if (how === 'async') intent.status = 'processing'
      else this.#succeed(intent)
      session.payment_status = how === 'async' ? 'unpaid' : 'paid'
    }
    this.announce('checkout.session.completed', session)
    return session
  }

  /** The bank confirms or refuses a debit that was on its way. */
  settleAsync(sessionId: string, paid: boolean): void {
    const session = this.get(sessionId)
    const intent = this.get(session.payment_intent)
    if (paid) {
      this.#succeed(intent)
      session.payment_status = 'paid'
    } else {
      intent.status = 'requires_payment_method'
      intent.last_payment_error = { message: 'The bank refused the debit.' }
      this.announce('payment_intent.payment_failed', intent)
    }
    this.announce(`checkout.session.async_payment_${paid ? 'succeeded' : 'failed'}`, session)
  }

  addCard(customer: string | null, kind: CardKind, type = 'card'): StripeObject {
    const card = { brand: 'visa', last4: '4242', exp_month: 4, exp_year: 2034 }
    const method = this.add('payment_method', 'pm', {
      type,
      customer,
      ...(type === 'card' ? { card } : {}),
    })
    this.cards.set(method.id, kind)
    return method
  }

  createIntent(fields: Record<string, any>): StripeObject {
    return this.add('payment_intent', 'pi', {
      amount_received: 0,
      status: 'requires_confirmation',
      last_payment_error: null,
      latest_charge: null,
      ...fields,
      amount: Number(fields.amount),
    })
  }

  /** Charges a saved card; null when it went through, else the error that Stripe answers. */
  confirmOffSession(intent: StripeObject): Record<string, any> | null {
    const kind = this.cards.get(intent.payment_method) ?? 'declined'
    if (kind === 'ok') {
      this.#succeed(intent)
      return null
    }
    const code = kind === 'needs_3ds' ? 'authentication_required' : 'card_declined'
    const message =
      kind === 'needs_3ds'
        ? 'Your card was declined. This transaction requires authentication.'
        : 'Your card was declined.'
    intent.status = 'requires_payment_method'
    intent.last_payment_error = { code, message, type: 'card_error' }
    this.announce('payment_intent.payment_failed', intent)
    return { type: 'card_error', code, message, payment_intent: structuredClone(intent) }
  }

  #succeed(intent: StripeObject): void {
    const charge = this.add('charge', 'ch', {
      amount: intent.amount,
      amount_refunded: 0,
      refunded: false,
      disputed: false,
      currency: intent.currency,
      customer: intent.customer,
      payment_intent: intent.id,
    })
    Object.assign(intent, {
      status: 'succeeded',
      amount_received: intent.amount,
      latest_charge: charge.id,
    })
    this.announce('payment_intent.succeeded', intent)
  }

  refund(intentId: string, cents?: number): StripeObject {
    const charge = this.get(this.get(intentId).latest_charge)
    const amount = cents ?? charge.amount - charge.amount_refunded
    charge.amount_refunded += amount
    charge.refunded = charge.amount_refunded === charge.amount
    const refund = this.add('refund', 're', {
      amount,
      charge: charge.id,
      payment_intent: intentId,
      status: 'succeeded',
    })
    this.announce('refund.created', refund)
    this.announce('charge.refunded', charge)
    return refund
  }

  failRefund(refundId: string): void {
    const refund = this.get(refundId)
    const charge = this.get(refund.charge)
    refund.status = 'failed'
    charge.amount_refunded -= refund.amount
    charge.refunded = false
    this.announce('refund.failed', refund)
  }

  dispute(intentId: string): StripeObject {
    const charge = this.get(this.get(intentId).latest_charge)
    charge.disputed = true
    const dispute = this.add('dispute', 'dp', {
      amount: charge.amount - charge.amount_refunded,
      charge: charge.id,
      payment_intent: intentId,
      status: 'needs_response',
    })
    this.announce('charge.dispute.created', dispute)
    this.announce('charge.dispute.funds_withdrawn', dispute)
    return dispute
  }

  closeDispute(disputeId: string, status: 'won' | 'lost'): void {
    const dispute = this.get(disputeId)
    dispute.status = status
    if (status === 'won') this.announce('charge.dispute.funds_reinstated', dispute)
    this.announce('charge.dispute.closed', dispute)
  }

  #startSubscription(session: StripeObject): void {
    const data = session.subscription_data
    const price = this.get(session.recurring_price)
    const start = this.now()
    const full = start + periodOf(price)
    const end = Number(data.billing_cycle_anchor ?? full)
    const method = this.addCard(session.customer, 'ok')
    const subscription = this.add('subscription', 'sub', {
      customer: session.customer,
      status: 'active',
      start_date: start,
      cancel_at: null,
      cancel_at_period_end: false,
      default_payment_method: method.id,
      pending_update: null,
      metadata: data.metadata ?? {},
      items: list([
        {
          id: `si_${randomBytes(8).toString('hex')}`,
          object: 'subscription_item',
          price,
          current_period_start: start,
          current_period_end: end,
        },
      ]),
    })
    session.subscription = subscription.id
    session.payment_status = 'paid'
    const share = data.billing_cycle_anchor ? (end - start) / periodOf(price) : 1
    const amount = Math.round(price.unit_amount * Math.min(1, share)) + session.one_time_total
    this.announce('customer.subscription.created', subscription)
    this.#invoice(subscription, amount, 'subscription_create', true)
  }

  #invoice(
    subscription: StripeObject,
    amount: number,
    reason: string,
    paid: boolean
  ): StripeObject {
    const item = subscription.items.data[0]
    const invoice = this.add('invoice', 'in', {
      customer: subscription.customer,
      currency: item.price.currency,
      billing_reason: reason,
      amount_due: amount,
      amount_paid: 0,
      status: 'open',
      attempted: true,
      status_transitions: { paid_at: null },
      parent: {
        type: 'subscription_details',
        subscription_details: { subscription: subscription.id },
      },
      lines: list([
        { period: { start: item.current_period_start, end: item.current_period_end }, amount },
      ]),
      payments: list([]),
    })
    invoice.hosted_invoice_url = `${this.base}/invoice/${invoice.id}`
    subscription.latest_invoice = invoice.id
    if (paid) this.payInvoice(invoice.id)
    else this.announce('invoice.payment_failed', invoice)
    return invoice
  }

  payInvoice(invoiceId: string): void {
    const invoice = this.get(invoiceId)
    const subscription = this.get(invoice.parent.subscription_details.subscription)
    if (invoice.amount_due > 0) {
      const intent = this.createIntent({
        amount: invoice.amount_due,
        currency: invoice.currency,
        customer: invoice.customer,
        payment_method: subscription.default_payment_method,
      })
      this.#succeed(intent)
      const payment = this.add('invoice_payment', 'inpay', {
        invoice: invoiceId,
        status: 'paid',
        payment: { type: 'payment_intent', payment_intent: intent.id },
      })
      invoice.payments = list([payment])
    }
    Object.assign(invoice, {
      status: 'paid',
      amount_paid: invoice.amount_due,
      status_transitions: { paid_at: this.now() },
    })
    if (subscription.pending_update) {
      subscription.items.data[0].price = subscription.pending_update.price
      subscription.pending_update = null
    }
    if (subscription.status === 'past_due') subscription.status = 'active'
    this.announce('invoice.paid', invoice)
    this.announce('customer.subscription.updated', subscription)
  }

  /** The next period begins: its invoice is paid, or the card refuses. */
  renew(subscriptionId: string, until: number, paid = true): StripeObject {
    const subscription = this.get(subscriptionId)
    const item = subscription.items.data[0]
    item.current_period_start = item.current_period_end
    item.current_period_end = until
    if (!paid) subscription.status = 'past_due'
    const invoice = this.#invoice(subscription, item.price.unit_amount, 'subscription_cycle', paid)
    this.announce('customer.subscription.updated', subscription)
    return invoice
  }

  endSubscription(subscriptionId: string): void {
    const subscription = this.get(subscriptionId)
    subscription.status = 'canceled'
    this.announce('customer.subscription.deleted', subscription)
  }

  updateSubscription(subscription: StripeObject, fields: Record<string, any>): void {
    if (fields.cancel_at_period_end) {
      subscription.cancel_at_period_end = fields.cancel_at_period_end === 'true'
    }
    if (fields.cancel_at) subscription.cancel_at = Number(fields.cancel_at)
    const price = fields.items ? this.get(fields.items[0].price) : null
    if (price && fields.proration_behavior === 'none') subscription.items.data[0].price = price
    else if (price) this.#upgrade(subscription, price)
    this.announce('customer.subscription.updated', subscription)
  }

  #upgrade(subscription: StripeObject, price: StripeObject): void {
    const item = subscription.items.data[0]
    const left = (item.current_period_end - this.now()) / periodOf(price)
    const amount = Math.round((price.unit_amount - item.price.unit_amount) * left)
    const paid = this.cards.get(subscription.default_payment_method) === 'ok'
    if (paid) item.price = price
    else subscription.pending_update = { price }
    this.#invoice(subscription, Math.max(0, amount), 'subscription_update', paid)
  }
}

export class MissingObject extends Error {
  constructor(id: string) {
    super(`No such object: '${id}'`)
  }
}

export function list(data: StripeObject[] | object[]) {
  return { object: 'list', data, has_more: false, url: '/v1/list' }
}

function periodOf(price: StripeObject): number {
  return price.recurring?.interval === 'year' ? 365 * 86_400 : MONTH_SECONDS
}
