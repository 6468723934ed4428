import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { ChangePlan } from '#app/wallet/services/change_plan'
import { grantMissing } from '#app/wallet/services/grant_included'
import { isPaidFor } from '#app/wallet/services/open_period'
import { monthAround, openMonth } from '#app/wallet/services/period'
import { freePlanOf, requirePlan, type Plan } from '#app/wallet/services/plan_book'
import type { PlanSubscription } from '#app/wallet/stripe/sync/sync_subscription'

interface SubscriptionRow {
  plan: string
  stripe_subscription_id: string | null
  paid_until: Date | null
  credited_until: Date
  next_plan: string | null
  trial_ends_at: Date | null
  trial_from: string | null
}

/** Gives what a running subscription has paid for. Safe to repeat. */
export async function applySubscription(sub: PlanSubscription, now = new Date()): Promise<void> {
  const { workspaceId, plan } = sub
  await db.transaction(async (trx) => {
    const { timezone, row } = await lock(sub, trx)
    const known = row?.stripe_subscription_id === sub.id
    // Forward only: a period that was paid stays paid, whichever news comes last.
    const paidUntil = latest(sub.paid ? sub.periodEnd : sub.periodStart, known && row.paid_until)
    if (sub.paid) await changeTo(sub, row, known, timezone, now, trx)
    const set = {
      stripe_subscription_id: sub.id,
      stripe_created: sub.created,
      stripe_status: sub.status,
      paid_until: paidUntil,
      engaged_until: sub.engagedUntil,
      ends_at: sub.endsAt,
      trial_ends_at: null,
    }
    const mine = { workspace_id: workspaceId, line: plan.line }
    const updated = await trx.from('wallet_subscriptions').where(mine).update(set)
    if (Number(updated) === 0) return
    await fillMonth(sub, paidUntil, timezone, now, trx)
    if (sub.paid && sub.orderId) await closeOrder(sub, now, trx)
  })
}

/** What a subscription leaves behind: the line's free plan, or none. */
export async function endSubscription(sub: PlanSubscription, now = new Date()): Promise<void> {
  const { workspaceId, plan } = sub
  await db.transaction(async (trx) => {
    const { timezone, row } = await lock(sub, trx)
    if (row?.stripe_subscription_id !== sub.id || row.paid_until === null) return
    const mine = { workspace_id: workspaceId, line: plan.line }
    await trx.from('wallet_subscriptions').where(mine).update({
      stripe_status: sub.status,
      paid_until: null,
      engaged_until: null,
      ends_at: null,
      next_plan: null,
    })
    const free = freePlanOf(plan.line)
    if (free) {
      await new ChangePlan().handle({ workspaceId, timezone, plan: free, now }, trx)
      return
    }
    await trx.from('wallet_subscriptions').where(mine).delete()
    await trx.table('wallet_plan_changes').insert({ ...mine, plan: null, since: now })
  })
}

async function lock(sub: PlanSubscription, trx: TransactionClientContract) {
  const { rows } = await trx.rawQuery(
    'select timezone from workspaces where id = ? for no key update',
    [sub.workspaceId]
  )
  const row = (await trx
    .from('wallet_subscriptions')
    .where({ workspace_id: sub.workspaceId, line: sub.plan.line })
    .forUpdate()
    .first()) as SubscriptionRow | null
  return { timezone: rows[0].timezone as string, row }
}

/** A dearer plan begins at once, with its share of the month; a cheaper one with the next month. */
async function changeTo(
  sub: PlanSubscription,
  row: SubscriptionRow | null,
  known: boolean,
  timezone: string,
  now: Date,
  trx: TransactionClientContract
): Promise<void> {
  const { workspaceId, plan } = sub
  const mine = { workspace_id: workspaceId, line: plan.line }
  const had = row?.trial_ends_at ? row.trial_from : row?.plan
  const before = had ? requirePlan(plan.line, had) : null
  if (before?.id === plan.id) {
    if (row?.next_plan) {
      await trx.from('wallet_subscriptions').where(mine).update({ next_plan: null })
    }
    return
  }
  if (known && before && priceOf(plan) < priceOf(before)) {
    await trx.from('wallet_subscriptions').where(mine).update({ next_plan: plan.id })
    return
  }
  const share = shareOf(sub, timezone)
  await new ChangePlan().handle({ workspaceId, timezone, plan, now, share }, trx)
}

/** The part of the month that the latest invoice covers; whole for yearly plans and renewals. */
function shareOf(sub: PlanSubscription, timezone: string): number | undefined {
  if (sub.plan.yearlyCents || sub.reason === 'subscription_cycle') return undefined
  const month = monthAround(sub.invoicedAt, timezone)
  const left = Math.min(sub.periodEnd.getTime(), month.end.getTime()) - sub.invoicedAt.getTime()
  return Math.min(1, Math.max(0, left / (month.end.getTime() - month.start.getTime())))
}

/** A payment that comes after the month has begun adds what the month lacks. */
async function fillMonth(
  sub: PlanSubscription,
  paidUntil: Date,
  timezone: string,
  now: Date,
  trx: TransactionClientContract
): Promise<void> {
  const { workspaceId } = sub
  const row = (await trx
    .from('wallet_subscriptions')
    .where({ workspace_id: workspaceId, line: sub.plan.line })
    .firstOrFail()) as SubscriptionRow
  const period = openMonth(now, timezone, row.credited_until)
  if (row.credited_until < period.end || !isPaidFor(paidUntil, period)) return
  const plan = requirePlan(sub.plan.line, row.plan)
  if (sub.created > period.start) return
  await grantMissing({ workspaceId, plan, period, timezone, now }, trx)
}

async function closeOrder(sub: PlanSubscription, now: Date, trx: TransactionClientContract) {
  await trx
    .from('wallet_orders')
    .where({ workspace_id: sub.workspaceId, id: sub.orderId })
    .whereNot('status', 'paid')
    .update({ status: 'paid', payment_state: 'settled', decided_at: now })
}

function priceOf(plan: Plan): number {
  return plan.priceCents ?? 0
}

function latest(a: Date, b: Date | null | false | undefined): Date {
  return b && b > a ? b : a
}
