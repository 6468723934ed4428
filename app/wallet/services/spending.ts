import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Result } from '#shared/result'
import type { Asset } from '#app/wallet/assets'
import { announceAlert } from '#app/wallet/services/announce_alert'
import { callLedger } from '#app/wallet/services/ledger'
import { openPeriodIfDue } from '#app/wallet/services/open_period'
import { requireUnits } from '#app/wallet/services/require_units'

/** Long enough for a slow model, short enough that a crash gives the money back soon. */
const HOLD_SECONDS = 15 * 60

export interface HoldInput {
  workspaceId: string
  asset: Asset
  /** Micro-dollars for `usd`, whole units for the others; above zero. */
  amount: number
  /** What the money is for, e.g. `agent.turn`; shown in the history. */
  purpose: string
  idempotencyKey: string
  ttlSeconds?: number
  reference?: { type: string; id: string }
  now?: Date
}

export type HoldResult = Result<
  { holdId: string; amount: number },
  { reason: 'insufficient_credit'; availableAmount: number }
>

/**
 * Reserves credit, from the grants that expire first. The same key with the same body gives the
 * same hold again; a refusal keeps nothing, so the key may be tried again after a top-up.
 *
 * @throws E_IDEMPOTENCY_CONFLICT, E_INVALID_AMOUNT
 */
export async function hold(input: HoldInput, trx?: TransactionClientContract): Promise<HoldResult> {
  requireUnits(input.amount, 1)
  const now = input.now ?? new Date()
  const row = await tryHold(input, now, trx)
  if (row.outcome === 'ok') return { ok: true, holdId: row.hold_id!, amount: input.amount }

  // The first refusal of a month may only mean that its credit has not been granted yet.
  if (await openPeriodIfDue(input.workspaceId, now, trx)) {
    const second = await tryHold(input, now, trx)
    if (second.outcome === 'ok') {
      return { ok: true, holdId: second.hold_id!, amount: input.amount }
    }
    row.available = second.available
  }
  const refusal = await callLedger<{ wallet_note_refusal: string | null }>(
    'wallet_note_refusal',
    [input.workspaceId, input.asset, now],
    trx
  )
  await announceAlert(refusal.wallet_note_refusal, trx)
  return { ok: false, reason: 'insufficient_credit', availableAmount: row.available ?? 0 }
}

interface HoldRow {
  outcome: 'ok' | 'insufficient_credit'
  hold_id: string | null
  available: number | null
}

function tryHold(input: HoldInput, now: Date, trx?: TransactionClientContract) {
  return callLedger<HoldRow>(
    'wallet_hold',
    [
      input.workspaceId,
      input.asset,
      input.amount,
      input.purpose,
      input.idempotencyKey,
      input.ttlSeconds ?? HOLD_SECONDS,
      input.reference?.type ?? null,
      input.reference?.id ?? null,
      now,
    ],
    trx
  )
}

export interface CaptureInput {
  workspaceId: string
  holdId: string
  /** At most the hold; zero gives everything back and moves nothing. */
  amount: number
  idempotencyKey: string
  /** Kept with the transfer, e.g. `{ class: 'standard', callId }`; not part of the fingerprint. */
  details?: Record<string, unknown>
  /** The true cost is not known yet; `correct` settles it later. */
  estimated?: boolean
  now?: Date
}

export type CaptureResult = Result<
  { transferId: string | null; capturedAmount: number },
  { reason: 'hold_not_open' | 'exceeds_hold' }
>

/**
 * Spends up to what was held and gives the rest back, once. After the hold has expired this is
 * a new debit: it succeeds only when the money is still there, else `hold_not_open`.
 *
 * @throws E_IDEMPOTENCY_CONFLICT, E_INVALID_AMOUNT
 */
export async function capture(
  input: CaptureInput,
  trx?: TransactionClientContract
): Promise<CaptureResult> {
  requireUnits(input.amount, 0)
  const row = await callLedger<{
    outcome: 'ok' | 'hold_not_open' | 'exceeds_hold'
    transfer_id: string | null
    alert_id: string | null
  }>(
    'wallet_capture',
    [
      input.workspaceId,
      input.holdId,
      input.amount,
      input.idempotencyKey,
      input.details ? JSON.stringify(input.details) : null,
      input.now ?? new Date(),
      input.estimated ?? false,
    ],
    trx
  )
  if (row.outcome !== 'ok') return { ok: false, reason: row.outcome }
  if (row.alert_id) await announceAlert(row.alert_id, trx)
  return { ok: true, transferId: row.transfer_id, capturedAmount: input.amount }
}

export interface ReleaseInput {
  workspaceId: string
  holdId: string
  idempotencyKey: string
  now?: Date
}

export type ReleaseResult = Result<{ releasedAmount: number }, { reason: 'hold_not_open' }>

/**
 * Gives a hold back to exactly the grants that it came from. A hold that expired counts as
 * released.
 */
export async function release(
  input: ReleaseInput,
  trx?: TransactionClientContract
): Promise<ReleaseResult> {
  const row = await callLedger<{ outcome: 'ok' | 'hold_not_open'; amount: number }>(
    'wallet_release',
    [input.workspaceId, input.holdId, input.idempotencyKey, input.now ?? new Date()],
    trx
  )
  return row.outcome === 'ok'
    ? { ok: true, releasedAmount: row.amount }
    : { ok: false, reason: 'hold_not_open' }
}
