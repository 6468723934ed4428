import db from '@adonisjs/lucid/services/db'
import type { Result } from '#shared/result'
import { ChangePlan } from '#app/wallet/services/change_plan'
import { requirePlan, type Plan } from '#app/wallet/services/plan_book'
import { PlaceOrder } from '#app/wallet/services/place_order'
import {
  changeSubscription,
  runningSubscription,
  type ChangeSubscriptionResult,
} from '#app/wallet/stripe/change_subscription'
import { stripeClient } from '#app/wallet/stripe/client'
import { PayOrder } from '#app/wallet/stripe/pay_order'

export interface ChoosePlanInput {
  workspaceId: string
  timezone: string
  userId: string
  line: string
  plan: string
  engagementMonths?: number
}

export type ChoosePlanResult =
  | ChangeSubscriptionResult
  | Result<{ outcome: 'ordered' | 'processing' }, { reason: 'too_many_pending' }>

/** Whether a plan costs nothing, so that it can begin without a payment. */
export function isFree(plan: Plan): boolean {
  return plan.priceCents === 0 && !plan.oneTimeCents && !plan.yearlyCents && !plan.setupFeeCents
}

/** Without a price nobody can be charged: a person makes the offer. */
export function needsQuote(plan: Plan): boolean {
  return plan.priceCents === null
}

/**
 * Changes a plan that Stripe bills, starts a free one at once, leads to the payment of one that
 * costs money, and asks for a quote where there is no price. Without Stripe the order waits for
 * the operator.
 */
export class ChoosePlan {
  async handle(input: ChoosePlanInput): Promise<ChoosePlanResult> {
    const plan = requirePlan(input.line, input.plan)
    const stripe = stripeClient()
    const running = await runningSubscription(input.workspaceId, plan.line)
    if (stripe && running && !needsQuote(plan)) {
      return changeSubscription(stripe, input.workspaceId, running, plan)
    }
    if (isFree(plan)) {
      await db.transaction((trx) =>
        new ChangePlan().handle({ ...input, plan, actorId: input.userId }, trx)
      )
      return { ok: true, outcome: 'changed' }
    }
    const channel = stripe && !needsQuote(plan) ? ('stripe' as const) : ('manual' as const)
    const { engagementMonths } = input
    const placed = await new PlaceOrder().handle({
      workspaceId: input.workspaceId,
      userId: input.userId,
      channel,
      request: { kind: 'plan', line: plan.line, plan: plan.id, engagementMonths },
    })
    if (!placed.ok) return placed
    if (channel === 'manual') return { ok: true, outcome: 'ordered' }
    const { workspaceId, timezone } = input
    const paid = await new PayOrder().handle({ workspaceId, timezone, orderId: placed.orderId })
    if (paid.ok && paid.outcome === 'redirect') {
      return { ok: true, outcome: 'redirect', url: paid.url }
    }
    if (paid.ok) return { ok: true, outcome: paid.outcome === 'paid' ? 'changed' : 'processing' }
    const reason = paid.reason === 'misconfigured' ? 'misconfigured' : 'unreachable'
    return { ok: false, reason }
  }
}
