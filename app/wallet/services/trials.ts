import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Result } from '#shared/result'
import { notify, recordAudit } from '#accounts'
import { UNLIMITED_UNITS, type Asset } from '#app/wallet/assets'
import { ChangePlan } from '#app/wallet/services/change_plan'
import { grant } from '#app/wallet/services/granting'
import { freePlanOf, requirePlan, type Plan } from '#app/wallet/services/plan_book'

const DAY_MS = 86_400_000
/** Days that a plan's monthly credit is for; a trial gets its part. */
const MONTH_DAYS = 30

export interface StartTrialInput {
  workspaceId: string
  userId: string
  line: string
  plan: string
  now?: Date
}

/**
 * Lets a workspace try a paid plan for some days, without a card, once per line. The trial's
 * credit is its days' part of the month's and ends with it; afterwards the line is what it was.
 */
export async function startTrial(
  input: StartTrialInput
): Promise<Result<{ endsAt: Date }, { reason: 'no_trial' | 'tried_before' | 'has_paid_plan' }>> {
  const { workspaceId, userId } = input
  const plan = requirePlan(input.line, input.plan)
  const now = input.now ?? new Date()
  if (!plan.trialDays) return { ok: false, reason: 'no_trial' }
  const endsAt = new Date(now.getTime() + plan.trialDays * DAY_MS)
  const mine = { workspace_id: workspaceId, line: plan.line }
  return db.transaction(async (trx) => {
    const row = await trx.from('wallet_subscriptions').where(mine).forUpdate().first()
    const before = row ? requirePlan(plan.line, row.plan as string) : null
    if (before && before.id !== freePlanOf(plan.line)?.id) {
      return { ok: false as const, reason: 'has_paid_plan' as const }
    }
    const begun = await trx
      .table('wallet_trials')
      .insert({ ...mine, plan: plan.id, started_at: now, ends_at: endsAt })
      .onConflict(['workspace_id', 'line'])
      .ignore()
      .returning('line')
    if (begun.length === 0) return { ok: false as const, reason: 'tried_before' as const }
    const trial = {
      plan: plan.id,
      since: now,
      trial_ends_at: endsAt,
      trial_from: before?.id ?? null,
      // Nothing of it is paid: months that begin meanwhile bring what is free.
      paid_until: now,
    }
    if (row) await trx.from('wallet_subscriptions').where(mine).update(trial)
    else {
      await trx.table('wallet_subscriptions').insert({ ...mine, ...trial, credited_until: endsAt })
    }
    await trx.table('wallet_plan_changes').insert({ ...mine, plan: plan.id, since: now })
    await giveTrialCredit({ workspaceId, plan, before, now, endsAt }, trx)
    await recordAudit(
      {
        workspaceId,
        actorId: userId,
        action: 'wallet.trial_started',
        subjectType: 'plan_line',
        subjectId: plan.line,
        details: { plan: plan.id, endsAt: endsAt.toISOString() },
      },
      trx
    )
    return { ok: true as const, endsAt }
  })
}

async function giveTrialCredit(
  trial: { workspaceId: string; plan: Plan; before: Plan | null; now: Date; endsAt: Date },
  trx: TransactionClientContract
): Promise<void> {
  const { workspaceId, plan, before, now, endsAt } = trial
  const included = Object.entries(plan.included).sort() as [Asset, number | 'unlimited'][]
  for (const [asset, amount] of included) {
    const had = before?.included[asset] ?? 0
    const more = amount === 'unlimited' ? UNLIMITED_UNITS : amount - Number(had)
    const part = amount === 'unlimited' ? more : Math.ceil((more * plan.trialDays!) / MONTH_DAYS)
    if (part <= 0) continue
    await grant(
      {
        workspaceId,
        asset,
        amount: part,
        unlimited: amount === 'unlimited',
        source: 'free_trial',
        startsAt: now,
        expiresAt: endsAt,
        idempotencyKey: `trial:${plan.line}`,
        details: { line: plan.line, plan: plan.id },
        now,
      },
      trx
    )
  }
}

/** Ends the trials whose time is over, each in a transaction of its own. Returns how many. */
export async function endTrials(now = new Date()): Promise<number> {
  const rows = await db
    .from('wallet_subscriptions as s')
    .join('workspaces as w', 'w.id', 's.workspace_id')
    .where('s.trial_ends_at', '<=', now)
    .select('s.workspace_id', 's.line', 'w.timezone')
    .limit(1000)
  for (const row of rows) {
    const { workspace_id: workspaceId, line, timezone } = row
    await db.transaction((trx) => endTrial({ workspaceId, line, timezone, now }, trx))
  }
  return rows.length
}

async function endTrial(
  trial: { workspaceId: string; line: string; timezone: string; now: Date },
  trx: TransactionClientContract
): Promise<void> {
  const { workspaceId, line, timezone, now } = trial
  const mine = { workspace_id: workspaceId, line }
  const row = await trx
    .from('wallet_subscriptions')
    .where(mine)
    .where('trial_ends_at', '<=', now)
    .forUpdate()
    .first()
  if (!row) return
  if (row.trial_from) {
    const plan = requirePlan(line, row.trial_from as string)
    await new ChangePlan().handle({ workspaceId, timezone, plan, now }, trx)
  } else {
    await trx.from('wallet_subscriptions').where(mine).delete()
    await trx.table('wallet_plan_changes').insert({ ...mine, plan: null, since: now })
  }
  await notify(
    {
      workspaceId,
      kind: 'wallet.trial_ended',
      titleKey: 'wallet.notices.trial_ended.title',
      bodyKey: 'wallet.notices.trial_ended.body',
      href: `/wallet/plans#${line}`,
      minRole: 'owner',
      dedupeKey: `wallet.trial_ended:${line}`,
    },
    trx
  )
}
