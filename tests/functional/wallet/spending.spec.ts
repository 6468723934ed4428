import { test } from '@japa/runner'
import pg from 'pg'
import env from '#start/env'
import db from '@adonisjs/lucid/services/db'
import { wallet } from '#wallet'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import { assertLedgerIsSound } from './helpers.js'

async function givenAWallet() {
  const { workspace } = await givenAWorkspace()
  return workspace.id
}

function hold(workspaceId: string, amount: number, idempotencyKey: string, ttlSeconds?: number) {
  return wallet.hold({
    workspaceId,
    asset: 'usd',
    amount,
    purpose: 'test',
    idempotencyKey,
    ttlSeconds,
  })
}

async function heldOf(workspaceId: string, amount: number, key: string, ttlSeconds?: number) {
  const held = await hold(workspaceId, amount, key, ttlSeconds)
  if (!held.ok) throw new Error(held.reason)
  return held.holdId
}

test.group('Wallet spending', () => {
  test('a new workspace has the included credit of its plans', async ({ assert }) => {
    const workspaceId = await givenAWallet()
    const summary = await wallet.summary(workspaceId)
    assert.equal(summary.usd.availableMicros, 2_000_000)
    assert.equal(summary.usd.includedMicros, 2_000_000)
    assert.equal(summary.usd.purchasedMicros, 0)
    assert.equal(summary.conversations.available, 100)
    assert.equal(summary.quantizationCredits.available, 1)
  })

  test('captures a part of a hold and gives the rest back', async ({ assert }) => {
    const workspaceId = await givenAWallet()
    const holdId = await heldOf(workspaceId, 100_000, 'a')
    const during = await wallet.summary(workspaceId)
    assert.equal(during.usd.heldMicros, 100_000)
    assert.equal(during.usd.availableMicros, 1_900_000)

    const captured = await wallet.capture({
      workspaceId,
      holdId,
      amount: 60_000,
      idempotencyKey: 'a',
      details: { class: 'simple' },
    })
    assert.isTrue(captured.ok)
    const after = await wallet.summary(workspaceId)
    assert.equal(after.usd.availableMicros, 1_940_000)
    assert.equal(after.usd.heldMicros, 0)

    const costs = await wallet.costs(workspaceId, new Date(0), new Date(Date.now() + 1000))
    assert.equal(costs.usageMicros, 60_000)
    assert.deepEqual(costs.byClass, [{ class: 'simple', count: 1, micros: 60_000 }])
  })

  test('refuses what is not there, and says what is', async ({ assert }) => {
    const workspaceId = await givenAWallet()
    assert.deepEqual(await hold(workspaceId, 2_000_001, 'a'), {
      ok: false,
      reason: 'insufficient_credit',
      availableAmount: 2_000_000,
    })
    const all = await hold(workspaceId, 2_000_000, 'a')
    assert.isTrue(all.ok)
  })

  test('captures at most the hold, once', async ({ assert }) => {
    const workspaceId = await givenAWallet()
    const holdId = await heldOf(workspaceId, 100, 'a')
    const capture = (amount: number, idempotencyKey: string) =>
      wallet.capture({ workspaceId, holdId, amount, idempotencyKey })
    assert.deepEqual(await capture(101, 'b'), { ok: false, reason: 'exceeds_hold' })
    assert.containSubset(await capture(100, 'b'), { ok: true })
    assert.deepEqual(await capture(100, 'c'), { ok: false, reason: 'hold_not_open' })
    assert.deepEqual(await wallet.release({ workspaceId, holdId, idempotencyKey: 'd' }), {
      ok: false,
      reason: 'hold_not_open',
    })
  })

  test('a late capture is a new debit and needs the money', async ({ assert }) => {
    const workspaceId = await givenAWallet()
    const holdId = await heldOf(workspaceId, 1_500_000, 'a', 1)
    const later = new Date(Date.now() + 5000)
    const next = await wallet.hold({
      workspaceId,
      asset: 'usd',
      amount: 2_000_000,
      purpose: 'test',
      idempotencyKey: 'b',
      now: later,
    })
    if (!next.ok) throw new Error('the expired hold kept its money')
    const late = { workspaceId, holdId, amount: 1_000_000, idempotencyKey: 'c', now: later }
    assert.deepEqual(await wallet.capture(late), { ok: false, reason: 'hold_not_open' })
    await wallet.release({ workspaceId, holdId: next.holdId, idempotencyKey: 'd', now: later })
    assert.containSubset(await wallet.capture(late), { ok: true })
    assert.containSubset(await wallet.capture({ ...late, idempotencyKey: 'e' }), { ok: false })
  })

  test('moves with the transaction of the caller', async ({ assert }) => {
    const workspaceId = await givenAWallet()
    const trx = await db.transaction()
    const held = await wallet.hold(
      { workspaceId, asset: 'usd', amount: 500, purpose: 'test', idempotencyKey: 'a' },
      trx
    )
    assert.isTrue(held.ok)
    await trx.rollback()
    const summary = await wallet.summary(workspaceId)
    assert.equal(summary.usd.heldMicros, 0)
  })

  test('another workspace can neither capture nor release a hold', async ({ assert }) => {
    const [mine, other] = [await givenAWallet(), await givenAWallet()]
    const holdId = await heldOf(mine, 100, 'a')
    const capture = { workspaceId: other, holdId, amount: 100, idempotencyKey: 'b' }
    assert.deepEqual(await wallet.capture(capture), { ok: false, reason: 'hold_not_open' })
    assert.deepEqual(await wallet.release(capture), { ok: false, reason: 'hold_not_open' })
    const summary = await wallet.summary(mine)
    assert.equal(summary.usd.heldMicros, 100)
  })

  test('64 connections on one wallet spend exactly what is there', async ({ assert }) => {
    const workspaceId = await givenAWallet()
    const clients = await Promise.all(
      Array.from({ length: 64 }, async () => {
        const client = new pg.Client({ connectionString: env.get('DATABASE_URL') })
        await client.connect()
        return client
      })
    )
    try {
      const held = await Promise.all(
        clients.map(async (client, index) => {
          const { rows } = await client.query(
            `select * from wallet_hold($1, 'usd', 50000, 'test', $2, 60, null, null, now())`,
            [workspaceId, `h${index}`]
          )
          return rows[0].hold_id as string | null
        })
      )
      assert.lengthOf(held.filter(Boolean), 40)
      // 64 connections capture 40 holds: some of them the same hold with the same key.
      const granted = held.filter(Boolean)
      const captured = await Promise.all(
        clients.map(async (client, index) => {
          const { rows } = await client.query(
            'select * from wallet_capture($1, $2, 50000, $3, null, now())',
            [workspaceId, granted[index % 40], `c${index % 40}`]
          )
          return rows[0].transfer_id as string
        })
      )
      assert.lengthOf(new Set(captured), 40)
    } finally {
      await Promise.all(clients.map((client) => client.end()))
    }
    const summary = await wallet.summary(workspaceId)
    assert.equal(summary.usd.availableMicros, 0)
    assert.equal(summary.usd.spentMicros, 2_000_000)
    await assertLedgerIsSound(assert)
  })
})

test.group('Wallet idempotency', () => {
  test('the same key and body give the same result', async ({ assert }) => {
    const workspaceId = await givenAWallet()
    const holds = await Promise.all(
      Array.from({ length: 8 }, () => heldOf(workspaceId, 1000, 'same'))
    )
    assert.lengthOf(new Set(holds), 1)
    const capture = { workspaceId, holdId: holds[0]!, amount: 900, idempotencyKey: 'same' }
    const captured = await Promise.all(Array.from({ length: 8 }, () => wallet.capture(capture)))
    assert.lengthOf(new Set(captured.map((result) => JSON.stringify(result))), 1)
    const summary = await wallet.summary(workspaceId)
    assert.equal(summary.usd.availableMicros, 2_000_000 - 900)
  })

  test('the same key with another body is a conflict', async ({ assert }) => {
    const workspaceId = await givenAWallet()
    const holdId = await heldOf(workspaceId, 1000, 'a')
    const second = await heldOf(workspaceId, 1000, 'b')
    await assert.rejects(() => hold(workspaceId, 1001, 'a'), /idempotency key/)

    await wallet.capture({ workspaceId, holdId, amount: 10, idempotencyKey: 'c' })
    await assert.rejects(
      () => wallet.capture({ workspaceId, holdId, amount: 11, idempotencyKey: 'c' }),
      /idempotency key/
    )
    await assert.rejects(
      () => wallet.capture({ workspaceId, holdId: second, amount: 10, idempotencyKey: 'c' }),
      /idempotency key/
    )
    const grant = {
      workspaceId,
      asset: 'usd',
      amount: 5,
      source: 'promotion',
      startsAt: new Date(0),
      expiresAt: new Date(4e12),
      idempotencyKey: 'g',
    } as const
    const [first, again] = [await wallet.grant(grant), await wallet.grant(grant)]
    assert.deepEqual(again, first)
    await assert.rejects(() => wallet.grant({ ...grant, amount: 6 }), /idempotency key/)
  })

  test('keys of one workspace mean nothing in another', async ({ assert }) => {
    const [mine, other] = [await givenAWallet(), await givenAWallet()]
    assert.notEqual(await heldOf(mine, 10, 'a'), await heldOf(other, 20, 'a'))
  })

  test('amounts are whole numbers above zero', async ({ assert }) => {
    const workspaceId = await givenAWallet()
    for (const amount of [0, -1, 0.5, Number.NaN, Infinity, 2 ** 53]) {
      await assert.rejects(() => hold(workspaceId, amount, 'a'), /whole number/)
    }
  })
})
