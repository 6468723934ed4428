import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import ReportSettings from '#app/reports/models/report_settings'

/**
 * Value of one US dollar in euros until the owner sets another: a round figure near the
 * average of recent years, printed on every report beside the amounts that it changed.
 */
export const DEFAULT_USD_RATE = 0.9

export interface CountingRules {
  usdRate: number
  /** Null: returns are computed on revenue. */
  grossMarginPercent: number | null
}

export async function readCountingRules(workspaceId: string): Promise<CountingRules> {
  const row = await ReportSettings.find(workspaceId)
  return {
    usdRate: row?.usdRate ?? DEFAULT_USD_RATE,
    grossMarginPercent: row?.grossMarginPercent ?? null,
  }
}

export async function writeCountingRules(
  workspaceId: string,
  rules: CountingRules,
  trx?: TransactionClientContract
): Promise<void> {
  await ReportSettings.updateOrCreate({ workspaceId }, rules, trx ? { client: trx } : {})
}
