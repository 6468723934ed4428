/**
 * Wallet: one ledger for dollars, conversations and quantization credits; plans and prices.
 * The public face for rooms above.
 */
import { balanceAt } from '#app/wallet/services/balance_at'
import { correct } from '#app/wallet/services/correct_capture'
import { grant } from '#app/wallet/services/granting'
import { capture, hold, release } from '#app/wallet/services/spending'
import { hourlyPace } from '#app/wallet/services/hourly_pace'
import { walletCosts } from '#app/wallet/services/wallet_costs'
import { walletSummary } from '#app/wallet/services/wallet_summary'

/**
 * Spending is hold, then capture or release; each is one round trip and takes an optional
 * transaction. Whoever touches several assets in one transaction takes them in alphabetical
 * order, so that two of them never wait for each other.
 */
export const wallet = {
  hold,
  capture,
  release,
  /** Settles a capture that was made with `estimated: true`. */
  correct,
  grant,
  summary: walletSummary,
  costs: walletCosts,
  /** Whether spending is abnormal now, so that a cheaper model should answer. */
  pace: hourlyPace,
  balanceAt,
}

export { ASSETS, GRANT_SOURCES, type Asset, type GrantSource } from '#app/wallet/assets'
export { REQUEST_CLASSES, highestPriceOf, priceOf, type RequestClass } from '#app/wallet/prices'
export { plans, packs, type PlanLine } from '#config/plans'
export { PLAN_LINES, requirePlan, type Plan } from '#app/wallet/services/plan_book'
export { backdateSubscriptions } from '#app/wallet/history/backdate_subscriptions'
export { CloseMonth, closeMonthOf, type ClosedMonth } from '#app/wallet/services/close_month'
export { VerifyLedger, type LedgerReport } from '#app/wallet/services/verify_ledger'
export { decideBoxOrder } from '#app/wallet/services/box_orders'
export { planOf } from '#app/wallet/services/plan_of'
export * as walletErrors from '#app/wallet/errors'
export type { CorrectResult } from '#app/wallet/services/correct_capture'
export type { HourlyPace } from '#app/wallet/services/hourly_pace'
export type { CaptureResult, HoldResult, ReleaseResult } from '#app/wallet/services/spending'
export type { WalletSummary } from '#app/wallet/services/wallet_summary'
export type { WalletCosts } from '#app/wallet/services/wallet_costs'
