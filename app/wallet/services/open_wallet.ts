import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { plans } from '#config/plans'
import { callLedger } from '#app/wallet/services/ledger'
import { openPeriodIfDue } from '#app/wallet/services/open_period'
import { PLAN_LINES, requireLine, requirePlan } from '#app/wallet/services/plan_book'

export interface OpenWalletInput {
  workspaceId: string
  /** Plan per line; lines that are absent start on their default plan. */
  plans: Record<string, string>
  now?: Date
}

/**
 * Opens the wallets of a new workspace, subscribes every line and grants the first month.
 *
 * @throws E_UNKNOWN_PLAN_LINE, E_UNKNOWN_PLAN
 */
export class OpenWallet {
  async handle(input: OpenWalletInput, trx: TransactionClientContract): Promise<void> {
    const now = input.now ?? new Date()
    for (const line of Object.keys(input.plans)) requireLine(line)
    await callLedger('wallet_open', [input.workspaceId], trx)

    for (const line of PLAN_LINES) {
      const id = input.plans[line] ?? plans[line].default
      if (id === null) continue
      const plan = requirePlan(line, id)
      await trx.table('wallet_subscriptions').insert({
        workspace_id: input.workspaceId,
        line,
        plan: plan.id,
        since: now,
        credited_until: new Date(0),
      })
      await trx
        .table('wallet_plan_changes')
        .insert({ workspace_id: input.workspaceId, line, plan: plan.id, since: now })
    }
    await openPeriodIfDue(input.workspaceId, now, trx)
  }
}
