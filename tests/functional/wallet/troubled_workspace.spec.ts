import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { DeliverAlerts } from '#app/wallet/services/deliver_alerts'
import { ReleaseExpiredHolds } from '#app/wallet/services/release_expired_holds'
import { wallet } from '#wallet'
import { givenAWorkspace } from '#tests/helpers/workspaces'

/** Runs `work` while the database refuses what one workspace writes into the table. */
async function whileInTrouble(table: string, workspaceId: string, work: () => Promise<void>) {
  await db.rawQuery(
    `create function in_trouble() returns trigger language plpgsql as
     $$ begin raise exception 'in trouble'; end $$`
  )
  await db.rawQuery(
    `create trigger in_trouble before insert or update on ${table} for each row
     when (new.workspace_id = '${workspaceId}') execute function in_trouble()`
  )
  try {
    await work()
  } finally {
    await db.rawQuery('drop function in_trouble cascade')
  }
}

/** Two workspaces in the order in which jobs meet them. */
async function givenTwoWorkspaces(): Promise<[troubled: string, healthy: string]> {
  const first = await givenAWorkspace()
  const second = await givenAWorkspace()
  return [first.workspace.id, second.workspace.id]
}

test.group('Wallet: one workspace in trouble', () => {
  test('holds of the others are released all the same', async ({ assert }) => {
    const [troubled, healthy] = await givenTwoWorkspaces()
    for (const workspaceId of [troubled, healthy]) {
      const request = { workspaceId, asset: 'usd', amount: 1000, purpose: 'test' } as const
      await wallet.hold({ ...request, ttlSeconds: 60, idempotencyKey: 'one' })
    }
    const openHolds = (workspaceId: string) =>
      db.from('wallet_holds').where({ workspace_id: workspaceId, status: 'open' })
    const later = new Date(Date.now() + 120_000)
    await whileInTrouble('wallet_holds', troubled, async () => {
      await assert.rejects(() => new ReleaseExpiredHolds().handle(later), /Holds of 1 accounts/)
    })
    assert.lengthOf(await openHolds(healthy), 0)
    assert.lengthOf(await openHolds(troubled), 1)
    await new ReleaseExpiredHolds().handle(later)
    assert.lengthOf(await openHolds(troubled), 0)
  })

  test('alerts of the others are told all the same', async ({ assert }) => {
    const [troubled, healthy] = await givenTwoWorkspaces()
    for (const workspaceId of [troubled, healthy]) {
      await db.table('wallet_alerts').insert({
        workspace_id: workspaceId,
        asset: 'usd',
        period_start: '2026-11-01',
        threshold: 80,
        granted: 2_000_000,
        available: 400_000,
        created_at: new Date(),
      })
    }
    const notices = (workspaceId: string) => db.from('notices').where('workspace_id', workspaceId)
    await whileInTrouble('notices', troubled, async () => {
      await assert.rejects(() => new DeliverAlerts().handle(), /Alerts of 1 workspaces/)
    })
    assert.lengthOf(await notices(healthy), 1)
    assert.lengthOf(await notices(troubled), 0)
    await new DeliverAlerts().handle()
    assert.lengthOf(await notices(healthy), 1)
    assert.lengthOf(await notices(troubled), 1)
  })
})
