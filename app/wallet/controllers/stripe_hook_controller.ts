import type { HttpContext } from '@adonisjs/core/http'
import { receiveEvent, type RefusedEvent } from '#app/wallet/stripe/inbox/receive_event'

const STATUS: Record<RefusedEvent, number> = {
  not_configured: 503,
  bad_signature: 400,
  bad_event: 400,
}

/** Where Stripe tells what happened. Answers as soon as the event is written down. */
export default class StripeHookController {
  async receive({ request, response }: HttpContext) {
    const received = await receiveEvent(request.raw(), request.header('stripe-signature'))
    if (!received.ok)
      return response.status(STATUS[received.reason]).send({ error: received.reason })
    return { received: true, new: received.isNew }
  }
}
