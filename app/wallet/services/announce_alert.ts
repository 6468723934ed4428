import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { jobs } from '#shared/jobs/jobs'

export const DELIVER_ALERTS = 'wallet.deliver_alerts'

/**
 * Starts the delivery of an alert that the debit's transaction has written. Without a caller's
 * transaction the row is durable already and a sweep every minute finds it, so a queue that
 * cannot be reached delays the notice and never fails the debit.
 */
export async function announceAlert(
  alertId: string | null,
  trx?: TransactionClientContract
): Promise<void> {
  if (!alertId) return
  if (trx) {
    await jobs.enqueue(DELIVER_ALERTS, {}, { trx })
    return
  }
  await jobs.enqueue(DELIVER_ALERTS, {}).catch(() => null)
}
