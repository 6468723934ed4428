import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Mailing } from '#app/reports/mailing/find_due_mailings'

export interface LockedMailing {
  id: string
  prepared_at: Date | null
}

/**
 * Runs `work` while this process alone holds the mailing; skips it when another one does or it
 * is finished. The lock is the row's own: it falls with the connection, so what a killed
 * process held is free at once. It leaves foreign keys to the row usable (no key update), so
 * that files and recipients are written while it is held.
 */
export async function withMailing(
  { workspaceId, week }: Mailing,
  work: (mailing: LockedMailing, trx: TransactionClientContract) => Promise<void>
): Promise<boolean> {
  await db.rawQuery(
    `insert into weekly_mailings (workspace_id, week) values (:workspaceId, :week)
     on conflict (workspace_id, week) do nothing`,
    { workspaceId, week }
  )
  return db.transaction(async (trx) => {
    const { rows } = await trx.rawQuery<{ rows: LockedMailing[] }>(
      `select id, prepared_at from weekly_mailings
       where workspace_id = :workspaceId and week = :week and finished_at is null
       for no key update skip locked`,
      { workspaceId, week }
    )
    const [mailing] = rows
    if (!mailing) return false
    await work(mailing, trx)
    return true
  })
}
