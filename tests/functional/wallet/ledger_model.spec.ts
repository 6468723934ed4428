import { randomUUIDv7 } from 'node:crypto'
import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import fc from 'fast-check'
import { nanoid } from 'nanoid'
import { wallet } from '#wallet'
import { callLedger } from '#app/wallet/services/ledger'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import { assertLedgerIsSound } from './helpers.js'
import { LedgerOracle, type OracleHold } from './ledger_oracle.js'

const ASSET = 'usd'
const START = Date.UTC(2031, 0, 1)
const DAY = 86_400_000
/** `MODEL_RUNS=1000` for a long search. */
const RUNS = Number(process.env.MODEL_RUNS ?? 25)

interface Model {
  oracle: LedgerOracle
  /** What the wallet was worth at the end of each moment. */
  past: Map<number, number>
}

interface Real {
  workspaceId: string
  /** Ids of the holds, in the oracle's order. */
  holds: string[]
  /** Transfers of the captures, by the hold's index. */
  captures: Map<number, string>
  /** Ids of payments and their grants, in the oracle's order. */
  payments: { id: string; grantId: string }[]
}

type Check = (real: Real, model: Model) => Promise<void>

const key = () => nanoid()
const at = (model: Model) => new Date(START + model.oracle.now)

function command(name: string, run: Check): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    toString: () => name,
    run: async (model, real) => {
      await run(real, model)
      await assertAgreement(real, model)
      model.past.set(model.oracle.now, model.oracle.worth())
    },
  }
}

function equal(found: unknown, expected: unknown, what: string) {
  if (found !== expected) throw new Error(`${what}: found ${found}, expected ${expected}`)
}

/** Every figure that the wallet keeps, against the oracle's. */
async function assertAgreement(real: Real, { oracle }: Model) {
  const { rows } = await db.rawQuery(
    `select (select balance from wallets where workspace_id = :id and asset = 'usd') as balance,
       coalesce((select json_agg(json_build_array(remaining, held, consumed, expired) order by id)
         from wallet_grants where workspace_id = :id and asset = 'usd'), '[]') as grants,
       coalesce((select json_object_agg(account, balance)
         from ledger_accounts where workspace_id = :id and asset = 'usd'), '{}') as accounts`,
    { id: real.workspaceId }
  )
  const { balance, grants, accounts } = rows[0]
  equal(balance, oracle.balance(), 'balance')
  equal(
    JSON.stringify(grants),
    JSON.stringify(oracle.grants.map((g) => [g.remaining, g.held, g.consumed, g.expired])),
    'grants'
  )
  const revenue = (accounts.revenue ?? 0) + (accounts.suspense ?? 0)
  equal(revenue, oracle.captured, 'revenue')
  equal(accounts.breakage ?? 0, oracle.breakage, 'breakage')
  const sum = Object.values(accounts as Record<string, number>).reduce((a, b) => a + b, 0)
  equal(sum, 0, 'sum over all accounts')
}

const grantCommand = fc
  .record({
    amount: fc.integer({ min: 1, max: 500 }),
    lifetime: fc.constantFrom(60_000, 3_600_000, 86_400_000),
    delay: fc.constantFrom(0, 0, 0, 120_000),
    bought: fc.boolean(),
  })
  .map(({ amount, lifetime, delay, bought }) =>
    command(
      `grant ${amount}, ${lifetime} ms, in ${delay} ms, bought ${bought}`,
      async (real, m) => {
        const startsAt = new Date(at(m).getTime() + delay)
        const granted = await wallet.grant({
          workspaceId: real.workspaceId,
          asset: ASSET,
          amount,
          source: bought ? 'pack' : 'plan',
          startsAt,
          expiresAt: new Date(startsAt.getTime() + lifetime),
          idempotencyKey: key(),
          now: at(m),
        })
        const grant = m.oracle.grant(amount, lifetime, delay, bought)
        if (!bought) return
        m.oracle.payments.push({ grant, taken: 0 })
        real.payments.push({ id: randomUUIDv7(), grantId: granted.grantId })
      }
    )
  )

const holdCommand = fc
  .record({ amount: fc.integer({ min: 1, max: 400 }), seconds: fc.constantFrom(30, 600) })
  .map(({ amount, seconds }) =>
    command(`hold ${amount} for ${seconds} s`, async (real, m) => {
      const expected = m.oracle.hold(amount, seconds)
      const input = {
        workspaceId: real.workspaceId,
        asset: ASSET,
        amount,
        purpose: 'model',
        idempotencyKey: key(),
        ttlSeconds: seconds,
        now: at(m),
      } as const
      const found = await wallet.hold(input)
      equal(found.ok, expected !== null, 'hold granted')
      if (!found.ok) return equal(found.availableAmount, m.oracle.available(), 'available')
      const again = await wallet.hold(input)
      equal(again.ok && again.holdId, found.holdId, 'replayed hold')
      real.holds.push(found.holdId)
    })
  )

function onHold(
  name: string,
  pick: number,
  run: (real: Real, model: Model, hold: OracleHold, id: string) => Promise<void>
) {
  return command(`${name} hold ${pick}`, async (real, m) => {
    if (real.holds.length === 0) return
    const index = pick % real.holds.length
    await run(real, m, m.oracle.holds[index]!, real.holds[index]!)
  })
}

const captureCommand = fc
  .record({
    pick: fc.nat(50),
    amount: fc.integer({ min: 0, max: 450 }),
    estimated: fc.boolean(),
  })
  .map(({ pick, amount, estimated }) =>
    onHold(`capture ${amount} (estimated ${estimated}) of`, pick, async (real, m, hold, holdId) => {
      const expected = m.oracle.capture(hold, amount, estimated)
      const input = {
        workspaceId: real.workspaceId,
        holdId,
        amount,
        idempotencyKey: key(),
        estimated,
        now: at(m),
      }
      const found = await wallet.capture(input)
      equal(found.ok ? 'ok' : found.reason, expected, 'capture')
      if (!found.ok) return
      const again = await wallet.capture(input)
      equal(again.ok && again.transferId, found.transferId, 'replayed capture')
      if (found.transferId) real.captures.set(m.oracle.holds.indexOf(hold), found.transferId)
    })
  )

const releaseCommand = fc.nat(50).map((pick) =>
  onHold('release', pick, async (real, m, hold, holdId) => {
    const expected = m.oracle.release(hold)
    const found = await wallet.release({
      workspaceId: real.workspaceId,
      holdId,
      idempotencyKey: key(),
      now: at(m),
    })
    equal(found.ok ? 'ok' : found.reason, expected, 'release')
  })
)

/** A refund, a dispute, its end: the share of a payment that is gone now, in any order. */
const moneyBackCommand = fc
  .record({ pick: fc.nat(20), percent: fc.constantFrom(0, 30, 50, 100) })
  .map(({ pick, percent }) =>
    command(`${percent} % of payment ${pick} is gone`, async (real, m) => {
      if (real.payments.length === 0) return
      const index = pick % real.payments.length
      const { id, grantId } = real.payments[index]!
      const payment = m.oracle.payments[index]!
      const target = Math.floor((payment.grant.amount * percent) / 100)
      for (let turn = 0; turn < 2; turn += 1) {
        const expected = m.oracle.clawBack(payment, target, DAY)
        const found = await callLedger<{ shortfall: number }>('wallet_claw_back', [
          real.workspaceId,
          ASSET,
          id,
          `{${grantId}}`,
          target,
          new Date(at(m).getTime() + DAY),
          at(m),
        ])
        equal(found.shortfall, expected, 'shortfall')
      }
    })
  )

const correctCommand = fc
  .record({ pick: fc.nat(50), cost: fc.integer({ min: 0, max: 300 }) })
  .map(({ pick, cost }) =>
    onHold(`correct to ${cost} the capture of`, pick, async (real, m, hold) => {
      const transferId = real.captures.get(m.oracle.holds.indexOf(hold))
      if (!transferId || hold.corrected) return
      const month = new Date(Date.UTC(2031, 1, 1)).getTime() - at(m).getTime()
      const expected = m.oracle.correct(hold, cost, month)
      const input = { workspaceId: real.workspaceId, transferId, amount: cost, now: at(m) }
      const found = await wallet.correct(input)
      equal(found.ok ? found.returnedAmount : null, expected, 'correction')
      if (expected) {
        const again = await wallet.correct({ ...input, amount: 0 })
        equal(again.ok && again.returnedAmount, expected, 'replayed correction')
      }
    })
  )

/** The process dies between two steps of one transaction. */
const crashCommand = fc.integer({ min: 1, max: 200 }).map((amount) =>
  command(`hold ${amount}, then die`, async (real, m) => {
    const died = db.transaction(async (trx) => {
      const now = at(m)
      const asset = ASSET
      const grant = { workspaceId: real.workspaceId, asset, idempotencyKey: key(), now } as const
      const [startsAt, expiresAt] = [now, new Date(now.getTime() + DAY)]
      await wallet.grant({ ...grant, amount, source: 'pack', startsAt, expiresAt }, trx)
      const held = await wallet.hold({ ...grant, amount, purpose: 'model' }, trx)
      if (held.ok) await wallet.capture({ ...grant, holdId: held.holdId, amount }, trx)
      throw new Error('died')
    })
    await died.catch(() => null)
  })
)

const lookBackCommand = fc.nat(100).map((pick) =>
  command(`look back ${pick}`, async (real, m) => {
    const moments = [...m.past.keys()].filter((moment) => moment < m.oracle.now)
    if (moments.length === 0) return
    const moment = moments[pick % moments.length]!
    const found = await wallet.balanceAt(real.workspaceId, ASSET, new Date(START + moment))
    equal(found, m.past.get(moment), `balance as of ${moment}`)
  })
)

const expireCommand = fc.constant(0).map(() =>
  command('expire grants', async (real, m) => {
    const expected = m.oracle.expireGrants()
    const found = await callLedger<{ amount: number }>('wallet_expire_grants', [
      real.workspaceId,
      ASSET,
      at(m),
    ])
    equal(found.amount, expected, 'breakage of the run')
  })
)

const sweepCommand = fc.constant(0).map(() =>
  command('release expired holds', async (real, m) => {
    const expected = m.oracle.releaseExpired()
    const found = await callLedger<{ wallet_release_expired: number }>('wallet_release_expired', [
      real.workspaceId,
      ASSET,
      at(m),
    ])
    equal(found.wallet_release_expired, expected, 'expired holds')
  })
)

const clockCommand = fc.constantFrom(1000, 31_000, 61_000, 700_000, 3_700_000).map((ms) =>
  command(`clock +${ms} ms`, async (_real, m) => {
    m.oracle.now += ms
  })
)

test.group('Ledger against a small oracle', () => {
  test('agrees after every step of any history', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const commands = fc.commands(
      [
        grantCommand,
        holdCommand,
        holdCommand,
        captureCommand,
        captureCommand,
        releaseCommand,
        expireCommand,
        sweepCommand,
        clockCommand,
        moneyBackCommand,
        correctCommand,
        crashCommand,
        lookBackCommand,
      ],
      { maxCommands: 60, size: 'max' }
    )
    await fc.assert(
      fc.asyncProperty(commands, async (list) => {
        const workspaceId = await emptyWallet(workspace.id)
        const start = () => ({
          model: { oracle: new LedgerOracle(), past: new Map<number, number>() },
          real: { workspaceId, holds: [], captures: new Map<number, string>(), payments: [] },
        })
        await fc.asyncModelRun(start, list)
      }),
      { numRuns: RUNS, endOnFailure: true }
    )
    await assertLedgerIsSound(assert)
  }).timeout(60_000)
})

/** A workspace whose wallet has no credit, in the time zone of the first one. */
async function emptyWallet(like: string): Promise<string> {
  const { rows } = await db.rawQuery(
    `insert into workspaces (name, slug, timezone)
       select name, 'model-' || ?, timezone from workspaces where id = ? returning id`,
    [key().toLowerCase(), like]
  )
  await callLedger('wallet_open', [rows[0].id])
  return rows[0].id
}
