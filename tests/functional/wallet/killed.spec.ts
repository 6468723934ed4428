import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from '@japa/runner'
import app from '@adonisjs/core/services/app'
import env from '#start/env'
import { ReleaseExpiredHolds } from '#app/wallet/services/release_expired_holds'
import { wallet } from '#wallet'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import { assertLedgerIsSound } from './helpers.js'

const CONNECTIONS = 8
const LIVES = 3

/** Holds and captures on several connections without end, until it is killed. */
const SPENDER = `
  import pg from 'pg'
  const [url, workspace] = process.argv.slice(1)
  const spend = async (lane) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    for (let turn = 0; ; turn += 1) {
      const key = [process.pid, lane, turn].join('-')
      const { rows } = await client.query(
        "select * from wallet_hold($1, 'usd', 100, 'kill', $2, 60, null, null, now())", [workspace, key])
      if (turn === 3 && lane === 0) console.log('spending')
      await client.query('select * from wallet_capture($1, $2, 70, $3, null, now())',
        [workspace, rows[0].hold_id, key])
    }
  }
  await Promise.all(Array.from({ length: ${CONNECTIONS} }, (_, lane) => spend(lane)))`

async function untilItSpends(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stdout!.once('data', () => resolve())
    child.once('exit', () => reject(new Error('The spender ended by itself')))
  })
}

test.group('Wallet: kill -9', () => {
  test('between any two steps leaves nothing half done', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    for (let life = 0; life < LIVES; life += 1) {
      const child = spawn(
        process.execPath,
        ['--input-type=module', '-e', SPENDER, env.get('DATABASE_URL')!, workspace.id],
        { cwd: app.makePath(), stdio: ['ignore', 'pipe', 'ignore'] }
      )
      await untilItSpends(child)
      await wait(20 + life * 37)
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    }
    // What the dead held comes back by its time; what they captured is spent exactly once.
    await new ReleaseExpiredHolds().handle(new Date(Date.now() + 120_000))
    const { usd } = await wallet.summary(workspace.id)
    assert.isAbove(usd.spentMicros, 0)
    assert.equal(usd.spentMicros % 70, 0)
    assert.equal(usd.heldMicros, 0)
    assert.equal(usd.availableMicros, 2_000_000 - usd.spentMicros)
    await assertLedgerIsSound(assert)
  }).timeout(90_000)
})
