import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Asset, GrantSource } from '#app/wallet/assets'
import { callLedger } from '#app/wallet/services/ledger'
import { requireUnits } from '#app/wallet/services/require_units'

export interface GrantInput {
  workspaceId: string
  asset: Asset
  /** Micro-dollars for `usd`, whole units for the others; above zero. */
  amount: number
  source: GrantSource
  startsAt: Date
  expiresAt: Date
  idempotencyKey: string
  /** The amount only stands for "no limit"; its rest is returned, never breakage. */
  unlimited?: boolean
  details?: Record<string, unknown>
  now?: Date
}

/**
 * Adds credit with a start and an end. The same key with the same body adds it once.
 *
 * @throws E_IDEMPOTENCY_CONFLICT, E_INVALID_AMOUNT
 */
export async function grant(
  input: GrantInput,
  trx?: TransactionClientContract
): Promise<{ ok: true; grantId: string; transferId: string }> {
  requireUnits(input.amount, 1)
  const row = await callLedger<{ grant_id: string; transfer_id: string }>(
    'wallet_grant',
    [
      input.workspaceId,
      input.asset,
      input.amount,
      input.source,
      input.startsAt,
      input.expiresAt,
      input.idempotencyKey,
      input.unlimited ?? false,
      input.details ? JSON.stringify(input.details) : null,
      input.now ?? new Date(),
    ],
    trx
  )
  return { ok: true, grantId: row.grant_id, transferId: row.transfer_id }
}
