import Stripe from 'stripe'
import db from '@adonisjs/lucid/services/db'
import env from '#start/env'
import { jobs } from '#shared/jobs/jobs'
import type { Result } from '#shared/result'
import { subjectOf } from '#app/wallet/stripe/inbox/subject_of'

export const PROCESS_STRIPE_EVENT = 'wallet.process_stripe_event'

/** Age of a signature in seconds, in either direction; Stripe's library checks the past only. */
const TOLERANCE_SECONDS = 300

export type RefusedEvent = 'not_configured' | 'bad_signature' | 'bad_event'

/**
 * Takes an event in: checks the signature over the raw body, writes it down once and lets a job
 * handle it. Doubled deliveries find their row and are answered like the first.
 */
export async function receiveEvent(
  rawBody: string | null,
  signature: string | undefined,
  now = new Date()
): Promise<Result<{ isNew: boolean }, { reason: RefusedEvent }>> {
  const secret = env.get('STRIPE_WEBHOOK_SECRET')
  if (!secret) return { ok: false, reason: 'not_configured' }
  if (!rawBody || !signature) return { ok: false, reason: 'bad_signature' }
  const signedAt = Number(/(?:^|,)t=(\d+)/.exec(signature)?.[1])
  if (signedAt * 1000 - now.getTime() > TOLERANCE_SECONDS * 1000) {
    return { ok: false, reason: 'bad_signature' }
  }
  let event: Stripe.Event
  try {
    const cents = now.getTime()
    event = Stripe.webhooks.constructEvent(
      rawBody,
      signature,
      secret,
      TOLERANCE_SECONDS,
      undefined,
      cents
    )
  } catch (error) {
    const forged = error instanceof Stripe.errors.StripeSignatureVerificationError
    return { ok: false, reason: forged ? 'bad_signature' : 'bad_event' }
  }
  if (typeof event.id !== 'string' || typeof event.type !== 'string' || !event.data?.object) {
    return { ok: false, reason: 'bad_event' }
  }
  return { ok: true, isNew: await keepEvent(event, now) }
}

/** Writes an event down once, with the job that handles it. */
export async function keepEvent(event: Stripe.Event, now: Date): Promise<boolean> {
  const found = subjectOf(event)
  return db.transaction(async (trx) => {
    const inserted = await trx
      .table('stripe_events')
      .insert({
        id: event.id,
        type: event.type,
        business_key: found ? `${found.subject}:${found.id}` : event.type,
        subject: found?.subject ?? null,
        subject_id: found?.id ?? null,
        created_at: new Date(event.created * 1000),
        received_at: now,
        processed_at: found ? null : now,
      })
      .onConflict('id')
      .ignore()
      .returning('id')
    if (inserted.length === 0) return false
    if (found) await jobs.enqueue(PROCESS_STRIPE_EVENT, { eventId: event.id }, { trx })
    return true
  })
}
