import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { MICROS_PER_UNIT } from '#shared/money'
import { notify } from '#accounts'
import type { Asset } from '#app/wallet/assets'

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
 * the meantime is no longer news.
 */
export class DeliverAlerts {
  async handle(now = new Date()): Promise<number> {
    return db.transaction(async (trx) => {
      const waiting = await trx.rawQuery(
        `select id, workspace_id, asset, threshold, available, cleared_at from wallet_alerts
          where delivered_at is null order by created_at limit ? for update skip locked`,
        [BATCH]
      )
      const alerts = waiting.rows as AlertRow[]
      for (const alert of alerts) {
        if (!alert.cleared_at) await tell(alert, trx)
        await trx
          .from('wallet_alerts')
          .where({ workspace_id: alert.workspace_id, id: alert.id })
          .update({ delivered_at: now })
      }
      return alerts.length
    })
  }
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
