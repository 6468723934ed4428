import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Result } from '#shared/result'
import { callLedger } from '#app/wallet/services/ledger'
import { monthAround } from '#app/wallet/services/period'
import { requireUnits } from '#app/wallet/services/require_units'

export interface CorrectInput {
  workspaceId: string
  /** The capture that was made with `estimated: true`. */
  transferId: string
  /** The true cost, in the asset's smallest unit. */
  amount: number
  now?: Date
}

export type CorrectResult = Result<{ returnedAmount: number }, { reason: 'not_estimated' }>

/**
 * Settles an estimate once the true cost is known: what was taken too much comes back; an
 * estimate that was too low stays as it is, because the price had been announced. Once.
 *
 * @throws E_INVALID_AMOUNT
 */
export async function correct(
  input: CorrectInput,
  trx?: TransactionClientContract
): Promise<CorrectResult> {
  requireUnits(input.amount, 0)
  const now = input.now ?? new Date()
  const workspace = await (trx ?? db)
    .query()
    .from('workspaces')
    .where('id', input.workspaceId)
    .first()
  if (!workspace) return { ok: false, reason: 'not_estimated' }
  const row = await callLedger<{ outcome: 'ok' | 'not_estimated'; returned: number | null }>(
    'wallet_correct',
    [
      input.workspaceId,
      input.transferId,
      input.amount,
      monthAround(now, workspace.timezone as string).end,
      now,
    ],
    trx
  )
  return row.outcome === 'ok'
    ? { ok: true, returnedAmount: row.returned ?? 0 }
    : { ok: false, reason: row.outcome }
}
