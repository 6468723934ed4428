import db from '@adonisjs/lucid/services/db'
import { ChangePlan } from '#app/wallet/services/change_plan'
import { requirePlan, type Plan } from '#app/wallet/services/plan_book'
import { PlaceOrder } from '#app/wallet/services/place_order'
import type { Result } from '#shared/result'

export interface ChoosePlanInput {
  workspaceId: string
  timezone: string
  userId: string
  line: string
  plan: string
}

/** Whether a plan costs nothing, so that it can begin without a payment. */
export function isFree(plan: Plan): boolean {
  return plan.priceCents === 0 && !plan.oneTimeCents && !plan.yearlyCents && !plan.setupFeeCents
}

/** Starts a free plan at once; orders one that costs money or needs a quote. */
export class ChoosePlan {
  async handle(
    input: ChoosePlanInput
  ): Promise<Result<{ outcome: 'changed' | 'ordered' }, { reason: 'too_many_pending' }>> {
    const plan = requirePlan(input.line, input.plan)
    if (isFree(plan)) {
      await db.transaction((trx) =>
        new ChangePlan().handle({ ...input, plan, actorId: input.userId }, trx)
      )
      return { ok: true, outcome: 'changed' }
    }
    const placed = await new PlaceOrder().handle({
      workspaceId: input.workspaceId,
      userId: input.userId,
      request: { kind: 'plan', line: plan.line, plan: plan.id },
    })
    return placed.ok ? { ok: true, outcome: 'ordered' } : placed
  }
}
