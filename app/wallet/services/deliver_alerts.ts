import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { MICROS_PER_UNIT } from '#shared/money'
import { notify } from '#accounts'
import type { Asset } from '#app/wallet/assets'

/** Alerts of one workspace that one run delivers. */
const BATCH = 100

/** Amount that the one-click top-up of a notice proposes, in dollars. */
const PROPOSED_DOLLARS = 10

interface AlertRow {
  id: string
  workspace_id: string
  asset: Asset
  threshold: 80 | 95 | 100
  available: number
  cleared_at: Date | null
}

/**
 * Tells the owner and managers about alerts that debits have written. Each is delivered in the
 * transaction that marks it, so nobody is told twice; an alert that a purchase has cleared in
 * the meantime is no longer news. Returns how many.
 *
 * @throws AggregateError at the end when workspaces failed; the others are told all the same
 */
export class DeliverAlerts {
  async handle(now = new Date()): Promise<number> {
    const { rows } = await db.rawQuery<{ rows: { workspace_id: string }[] }>(
      'select distinct workspace_id from wallet_alerts where delivered_at is null'
    )
    let delivered = 0
    const failures: unknown[] = []
    for (const { workspace_id: workspaceId } of rows) {
      delivered +=
        (await db
          .transaction((trx) => deliverAlertsOf(workspaceId, now, trx))
          .catch((error: unknown) => void failures.push(error))) ?? 0
    }
    if (failures.length > 0) {
      throw new AggregateError(failures, `Alerts of ${failures.length} workspaces were not told`)
    }
    return delivered
  }
}

async function deliverAlertsOf(
  workspaceId: string,
  now: Date,
  trx: TransactionClientContract
): Promise<number> {
  const { rows: alerts } = await trx.rawQuery<{ rows: AlertRow[] }>(
    `select id, workspace_id, asset, threshold, available, cleared_at from wallet_alerts
      where workspace_id = ? and delivered_at is null
      order by created_at limit ? for update skip locked`,
    [workspaceId, BATCH]
  )
  for (const alert of alerts) {
    if (!alert.cleared_at) await tell(alert, trx)
    await trx
      .from('wallet_alerts')
      .where({ workspace_id: workspaceId, id: alert.id })
      .update({ delivered_at: now })
  }
  return alerts.length
}

async function tell(alert: AlertRow, trx: TransactionClientContract): Promise<void> {
  const text = `wallet.notices.${alert.asset}.${alert.threshold}`
  const left = alert.asset === 'usd' ? alert.available / MICROS_PER_UNIT : alert.available
  await notify(
    {
      workspaceId: alert.workspace_id,
      kind: `wallet.credit_${alert.threshold}`,
      titleKey: `${text}.title`,
      bodyKey: `${text}.body`,
      data: { left },
      href: alert.asset === 'usd' ? `/wallet?dollars=${PROPOSED_DOLLARS}#top-up` : '/wallet/plans',
      minRole: 'manager',
      dedupeKey: `wallet.alert:${alert.id}`,
    },
    trx
  )
}
