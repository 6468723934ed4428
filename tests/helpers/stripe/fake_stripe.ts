import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import Stripe from 'stripe'
import { decodeForm } from '#tests/helpers/stripe/form'
import { answer, CardError } from '#tests/helpers/stripe/endpoints'
import { MissingObject, StripeWorld, type StripeObject } from '#tests/helpers/stripe/stripe_world'

export const WEBHOOK_SECRET = 'whsec_local_test_secret'

/**
 * Local server that speaks Stripe's wire format (https://docs.stripe.com/api): form-encoded
 * requests, JSON objects, errors with type and code, `Idempotency-Key` with stored first answers,
 * hosted pages that take a payment, and signed events.
 */
export class FakeStripe {
  readonly world = new StripeWorld()
  readonly requests: { method: string; path: string; idempotencyKey?: string }[] = []
  /** `before`: requests never arrive. `after`: they are done, and the answer is lost. */
  trouble: 'before' | 'after' | null = null
  /** Only requests whose path matches are in trouble. */
  troubleWith = /./
  /** Where hosted pages send their events at once; otherwise `deliver` does. */
  hook: string | null = null
  #delivered = 0
  readonly #answers = new Map<string, { asked: string; status: number; body: object }>()
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  async start(): Promise<string> {
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready))
    this.world.base = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return this.world.base
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((closed) => this.#server.close(closed))
  }

  /** An event's body and signature header, as they arrive at the box. */
  static sign(event: object, secret = WEBHOOK_SECRET, timestamp?: number) {
    const payload = JSON.stringify(event)
    const header = Stripe.webhooks.generateTestHeaderString({
      payload,
      secret,
      ...(timestamp ? { timestamp } : {}),
    })
    return { payload, header }
  }

  async #serve(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url!, this.world.base)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    if (!url.pathname.startsWith('/v1/')) return this.#page(url, request.method!, response)
    const idempotencyKey = request.headers['idempotency-key'] as string | undefined
    this.requests.push({ method: request.method!, path: url.pathname, idempotencyKey })
    const inTrouble = this.troubleWith.test(url.pathname)
    if (this.trouble === 'before' && inTrouble) return void request.socket.destroy()
    const params = decodeForm(request.method === 'GET' ? url.search.slice(1) : text)
    const { status, body } = this.#once(
      idempotencyKey,
      `${request.method} ${url.pathname} ${text}`,
      () => this.#answer(request.method!, url.pathname, params)
    )
    if (this.trouble === 'after' && inTrouble) return void request.socket.destroy()
    response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_test' })
    response.end(JSON.stringify(body))
  }

  #once(key: string | undefined, asked: string, work: () => { status: number; body: object }) {
    if (!key || asked.startsWith('GET')) return work()
    const known = this.#answers.get(key)
    if (known && known.asked !== asked) {
      const message = 'Keys for idempotent requests can only be used with the same parameters'
      return { status: 400, body: { error: { type: 'idempotency_error', message } } }
    }
    if (known) return known
    const answered = { asked, ...work() }
    this.#answers.set(key, answered)
    return answered
  }

  #answer(method: string, path: string, params: Record<string, unknown>) {
    try {
      const body = answer(this.world, method, path, params as Record<string, never>)
      return { status: 200, body: structuredClone(body) }
    } catch (error) {
      if (error instanceof CardError) return { status: 402, body: { error: error.error } }
      const message = (error as Error).message
      const status = error instanceof MissingObject ? 404 : 400
      const code = status === 404 ? 'resource_missing' : undefined
      return { status, body: { error: { type: 'invalid_request_error', code, message } } }
    }
  }

  /** The hosted pages: a button that pays, and then back to the box. */
  async #page(url: URL, method: string, response: ServerResponse) {
    const [, kind, id] = url.pathname.split('/')
    if (method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end(
        `<!doctype html><html lang="en"><title>Pay</title><h1>Pay here</h1>
         <form method="post"><button>Pay now</button></form>`
      )
      return
    }
    let back = '/'
    if (kind === 'pay') back = this.world.completeSession(id!).success_url
    if (kind === 'invoice') this.world.payInvoice(id!)
    if (this.hook) await this.deliver(this.hook)
    response.writeHead(303, { location: back })
    response.end()
  }

  /** Sends what was announced since the last time; returns the statuses. */
  async deliver(hook: string): Promise<number[]> {
    const fresh = this.world.events.slice(this.#delivered)
    this.#delivered = this.world.events.length
    const statuses: number[] = []
    for (const event of fresh) statuses.push(await FakeStripe.post(hook, event))
    await wait(0)
    return statuses
  }

  static async post(hook: string, event: StripeObject): Promise<number> {
    const { payload, header } = FakeStripe.sign(event)
    const answered = await fetch(hook, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': header },
      body: payload,
    })
    return answered.status
  }
}
