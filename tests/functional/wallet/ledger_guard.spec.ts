import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { VerifyLedger, wallet } from '#wallet'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const GUARDED = /E_LEDGER_GUARD/

async function givenASpentWallet() {
  const { workspace } = await givenAWorkspace()
  const held = await wallet.hold({
    workspaceId: workspace.id,
    asset: 'usd',
    amount: 100,
    purpose: 'test',
    idempotencyKey: 'a',
  })
  if (!held.ok) throw new Error(held.reason)
  const input = { workspaceId: workspace.id, holdId: held.holdId, amount: 60 }
  await wallet.capture({ ...input, idempotencyKey: 'a' })
  return workspace.id
}

test.group('Ledger guard', () => {
  for (const table of ['wallets', 'wallet_grants', 'wallet_holds', 'wallet_transfers']) {
    test(`direct writes on ${table} are refused`, async ({ assert }) => {
      const id = await givenASpentWallet()
      const run = (sql: string) => db.rawQuery(sql, sql.includes('?') ? [id] : [])
      await assert.rejects(
        () => run(`update ${table} set created_at = now() where workspace_id = ?`),
        GUARDED
      )
      await assert.rejects(() => run(`delete from ${table} where workspace_id = ?`), GUARDED)
      await assert.rejects(() => run(`truncate ${table} cascade`), GUARDED)
      await assert.rejects(
        () => run(`insert into ${table} select * from ${table} where workspace_id = ?`),
        GUARDED
      )
    })
  }

  test('transfers are final even for the ledger itself', async ({ assert }) => {
    const id = await givenASpentWallet()
    await assert.rejects(
      () =>
        db.transaction(async (trx) => {
          await trx.rawQuery(`set local wallet.writer = 'on'`)
          await trx.rawQuery('update wallet_transfers set amount = 1 where workspace_id = ?', [id])
        }),
      GUARDED
    )
  })

  test('the right to write ends with the function that had it', async ({ assert }) => {
    const id = await givenASpentWallet()
    await assert.rejects(
      () =>
        db.transaction(async (trx) => {
          await wallet.hold(
            { workspaceId: id, asset: 'usd', amount: 1, purpose: 't', idempotencyKey: 'z' },
            trx
          )
          await trx.rawQuery('update wallets set balance = 1 where workspace_id = ?', [id])
        }),
      GUARDED
    )
  })

  test('a whole workspace takes its ledger along', async ({ assert }) => {
    const id = await givenASpentWallet()
    await db.from('workspaces').where('id', id).delete()
    const left = await db.from('wallet_transfers').where('workspace_id', id).count('* as total')
    assert.equal(Number(left[0].total), 0)
  })

  test('verification finds what was forced in', async ({ assert }) => {
    const id = await givenASpentWallet()
    const force = async (sql: string) => {
      await db.transaction(async (trx) => {
        await trx.rawQuery(`set local session_replication_role = 'replica'`)
        await trx.rawQuery(sql, [id])
      })
      const { differences } = await new VerifyLedger().handle()
      return differences.map(({ rule }) => rule).join('; ')
    }
    const wallets = `where workspace_id = ? and asset = 'usd'`
    const cases: [string, string, RegExp][] = [
      [
        `update wallets set balance = balance + 1 ${wallets}`,
        `update wallets set balance = balance - 1 ${wallets}`,
        /brought and took.*left and in holds/,
      ],
      [
        `update wallets set version = version + 1 ${wallets}`,
        `update wallets set version = version - 1 ${wallets}`,
        /without a gap/,
      ],
      [
        `update wallet_transfers set amount = amount + 1 ${wallets} and kind = 'capture'`,
        `update wallet_transfers set amount = amount - 1 ${wallets} and kind = 'capture'`,
        /brought and took.*running balance.*add up.*exactly the transfer/,
      ],
      [
        `update wallet_grants set consumed = consumed - 1, remaining = remaining + 1 ${wallets}`,
        `update wallet_grants set consumed = consumed + 1, remaining = remaining - 1 ${wallets}`,
        /left and in holds.*what its transfers say/,
      ],
      [
        `update wallet_holds set status = 'open' ${wallets}`,
        `update wallet_holds set status = 'captured' ${wallets}`,
        /open holds took.*exactly the transfer/,
      ],
    ]
    for (const [damage, repair, expected] of cases) {
      assert.match(await force(damage), expected)
      assert.equal(await force(repair), '')
    }
  })
})
