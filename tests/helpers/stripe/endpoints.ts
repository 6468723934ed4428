import {
  list,
  MissingObject,
  type StripeObject,
  type StripeWorld,
} from '#tests/helpers/stripe/stripe_world'

type Params = Record<string, any>
type Endpoint = (world: StripeWorld, params: Params, id: string, sub: string) => object

/** Answered with 402 and the card's error. */
export class CardError extends Error {
  constructor(readonly error: Params) {
    super(error.message as string)
  }
}

const read: Endpoint = (world, params, id) => expanded(world, world.get(id), params.expand)

const ENDPOINTS: [method: string, path: RegExp, Endpoint][] = [
  ['POST', /^customers$/, (world, params) => world.add('customer', 'cus', customer(params))],
  ['GET', /^customers\/([^/]+)\/tax_ids$/, (world, _, id) => list(taxIds(world, id))],
  [
    'POST',
    /^customers\/([^/]+)\/tax_ids$/,
    (world, params, id) =>
      world.add('tax_id', 'txi', { ...params, customer: id, country: params.value.slice(0, 2) }),
  ],
  ['DELETE', /^customers\/[^/]+\/tax_ids\/([^/]+)$/, (world, _, id) => remove(world, id)],
  ['GET', /^customers\/([^/]+)$/, read],
  ['POST', /^customers\/([^/]+)$/, (world, params, id) => update(world, id, params)],
  ['GET', /^payment_methods\/([^/]+)$/, read],
  ['POST', /^checkout\/sessions$/, openSession],
  ['GET', /^checkout\/sessions\/([^/]+)$/, read],
  ['POST', /^checkout\/sessions\/([^/]+)\/expire$/, expireSession],
  ['POST', /^payment_intents$/, createIntent],
  ['GET', /^payment_intents$/, listIntents],
  ['GET', /^payment_intents\/([^/]+)$/, read],
  [
    'POST',
    /^payment_intents\/([^/]+)\/cancel$/,
    (world, _, id) => Object.assign(world.get(id), { status: 'canceled' }),
  ],
  ['POST', /^refunds$/, (world, params) => world.refund(params.payment_intent)],
  ['GET', /^charges\/([^/]+)$/, read],
  [
    'GET',
    /^disputes$/,
    (world, params) =>
      list(world.list('dispute').filter((d) => d.payment_intent === params.payment_intent)),
  ],
  ['GET', /^prices$/, listPrices],
  [
    'POST',
    /^prices$/,
    (world, params) =>
      world.add('price', 'price', {
        ...params,
        unit_amount: Number(params.unit_amount),
        active: true,
      }),
  ],
  ['POST', /^products$/, (world, params) => world.add('product', 'prod', params)],
  ['GET', /^products\/([^/]+)$/, read],
  ['GET', /^subscriptions\/([^/]+)$/, read],
  ['POST', /^subscriptions\/([^/]+)$/, updateSubscription],
  ['DELETE', /^subscriptions\/([^/]+)$/, endSubscription],
  ['GET', /^invoices\/([^/]+)$/, read],
  [
    'GET',
    /^invoice_payments$/,
    (world, params) =>
      list(
        world
          .list('invoice_payment')
          .filter((p) => p.payment.payment_intent === params.payment.payment_intent)
      ),
  ],
  [
    'POST',
    /^billing_portal\/sessions$/,
    (world, params) =>
      world.add('billing_portal.session', 'bps', { ...params, url: `${world.base}/portal` }),
  ],
  ['GET', /^events$/, (world) => list([...world.events].reverse())],
]

export function answer(world: StripeWorld, method: string, path: string, params: Params): object {
  const rest = path.replace(/^\/v1\//, '')
  for (const [verb, pattern, endpoint] of ENDPOINTS) {
    const match = verb === method ? pattern.exec(rest) : null
    if (match) return endpoint(world, params, match[1] ?? '', match[2] ?? '')
  }
  throw new Error(`Unrecognized request URL (${method}: ${path})`)
}

function customer(params: Params) {
  return {
    address: null,
    email: null,
    invoice_settings: { default_payment_method: null },
    ...params,
  }
}

function taxIds(world: StripeWorld, customerId: string): StripeObject[] {
  return world.list('tax_id').filter((tax) => tax.customer === customerId)
}

function remove(world: StripeWorld, id: string): object {
  const found = world.get(id)
  world.objects.delete(id)
  return { id, object: found.object, deleted: true }
}

function update(world: StripeWorld, id: string, params: Params): object {
  const found = world.get(id)
  const { invoice_settings: settings, ...rest } = params
  Object.assign(found, rest)
  if (settings) found.invoice_settings = { ...found.invoice_settings, ...settings }
  world.announce('customer.updated', found)
  return found
}

function openSession(world: StripeWorld, params: Params): object {
  world.get(params.customer)
  const items = Object.values(params.line_items as Params[])
  const once = items.filter((item) => item.price_data)
  const total = once.reduce(
    (sum, item) => sum + Number(item.price_data.unit_amount) * Number(item.quantity),
    0
  )
  const session = world.add('checkout.session', 'cs_test', {
    mode: params.mode,
    customer: params.customer,
    client_reference_id: params.client_reference_id,
    metadata: params.metadata,
    success_url: params.success_url,
    cancel_url: params.cancel_url,
    status: 'open',
    payment_status: 'unpaid',
    payment_intent: null,
    subscription: null,
    amount_total: total,
    one_time_total: total,
    currency: once[0]?.price_data.currency ?? 'eur',
    intent_metadata: params.payment_intent_data?.metadata ?? {},
    subscription_data: params.subscription_data ?? {},
    recurring_price: items.find((item) => item.price)?.price ?? null,
  })
  session.url = `${world.base}/pay/${session.id}`
  return session
}

function expireSession(world: StripeWorld, _: Params, id: string): object {
  const session = world.get(id)
  if (session.status !== 'open') throw new Error('Only Checkout Sessions with a status in ["open"]')
  Object.assign(session, { status: 'expired', url: null })
  world.announce('checkout.session.expired', session)
  return session
}

function createIntent(world: StripeWorld, params: Params): object {
  const intent = world.createIntent(params)
  if (params.confirm !== 'true') return intent
  const error = world.confirmOffSession(intent)
  if (error) throw new CardError(error)
  return intent
}

function listIntents(world: StripeWorld, params: Params): object {
  const found = world.list('payment_intent').filter((pi) => pi.customer === params.customer)
  return list(found.reverse())
}

function listPrices(world: StripeWorld, params: Params): object {
  const keys = Object.values(params.lookup_keys as string[])
  return list(world.list('price').filter((price) => keys.includes(price.lookup_key)))
}

function updateSubscription(world: StripeWorld, params: Params, id: string): object {
  const subscription = world.get(id)
  world.updateSubscription(subscription, params)
  return expanded(world, subscription, params.expand)
}

function endSubscription(world: StripeWorld, _: Params, id: string): object {
  world.endSubscription(id)
  return world.get(id)
}

/** Puts objects where their ids stand, for the paths that the request names. */
function expanded(world: StripeWorld, object: StripeObject, paths: string[] = []): object {
  const copy = structuredClone(object)
  for (const path of Object.values(paths)) {
    const steps = path.split('.')
    const last = steps.pop()!
    const parent = steps.reduce((at: any, step) => at?.[step], copy)
    if (typeof parent?.[last] === 'string') {
      const found = world.objects.get(parent[last])
      if (!found) throw new MissingObject(parent[last])
      parent[last] = structuredClone(found)
    }
  }
  return copy
}
