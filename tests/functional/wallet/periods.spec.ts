import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { CloseMonth, planOf, requirePlan, wallet } from '#wallet'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import { assertLedgerIsSound } from './helpers.js'
import { ChangePlan } from '#app/wallet/services/change_plan'
import { monthAround } from '#app/wallet/services/period'

async function givenAWallet(plans?: Record<string, string>) {
  const { workspace } = await givenAWorkspace({ plans })
  return { id: workspace.id, timezone: workspace.timezone }
}

async function changePlan(account: { id: string; timezone: string }, line: string, plan: string) {
  await db.transaction((trx) =>
    new ChangePlan().handle(
      { workspaceId: account.id, timezone: account.timezone, plan: requirePlan(line, plan) },
      trx
    )
  )
}

async function spend(
  workspaceId: string,
  asset: 'usd' | 'conversation',
  amount: number,
  key: string
) {
  const held = await wallet.hold({
    workspaceId,
    asset,
    amount,
    purpose: 'test',
    idempotencyKey: key,
  })
  if (!held.ok) throw new Error(held.reason)
  await wallet.capture({ workspaceId, holdId: held.holdId, amount, idempotencyKey: key })
}

const alertsOf = async (workspaceId: string) => {
  const rows = await db
    .from('wallet_alerts')
    .where('workspace_id', workspaceId)
    .orderBy('id')
    .select('asset', 'threshold')
  return rows.map((row) => `${row.asset} ${row.threshold}`)
}

test.group('Wallet months', () => {
  test('a month begins at midnight in the time zone of the workspace', ({ assert }) => {
    const moment = new Date('2026-10-31T23:30:00Z')
    assert.equal(monthAround(moment, 'Europe/Paris').key, '2026-11')
    assert.equal(monthAround(moment, 'America/New_York').key, '2026-10')
    assert.equal(
      monthAround(moment, 'Europe/Paris').start.toISOString(),
      '2026-10-31T23:00:00.000Z'
    )
  })

  test('unused credit becomes breakage and the new month is granted, once', async ({ assert }) => {
    const { id, timezone } = await givenAWallet({ assistant: 'pro' })
    await spend(id, 'usd', 4_000_000, 'a')
    const next = DateTime.fromJSDate(monthAround(new Date(), timezone).end).plus({ hours: 1 })
    await new CloseMonth().handle(next.toJSDate(), id)
    await new CloseMonth().handle(next.toJSDate(), id)

    const summary = await wallet.summary(id, next.toJSDate())
    assert.equal(summary.usd.availableMicros, 10_000_000)
    assert.equal(summary.conversations.available, 100)
    const accounts = await db.from('ledger_accounts').where({ workspace_id: id, asset: 'usd' })
    const balances = Object.fromEntries(accounts.map((row) => [row.account, row.balance]))
    assert.deepEqual(balances, {
      breakage: 6_000_000,
      issuance: -20_000_000,
      revenue: 4_000_000,
      wallet: 10_000_000,
    })
    await assertLedgerIsSound(assert)
  })

  test('a month closed ahead of time can be spent at once, and is granted once', async ({
    assert,
  }) => {
    const { id, timezone } = await givenAWallet({ assistant: 'individual' })
    await spend(id, 'usd', 2_000_000, 'a')
    const { end } = monthAround(new Date(), timezone)
    await new CloseMonth().handle(end, id)

    const summary = await wallet.summary(id)
    assert.equal(summary.period.start, end.toISOString())
    assert.equal(summary.usd.availableMicros, 5_000_000)
    await spend(id, 'usd', 1_000_000, 'b')
    await changePlan({ id, timezone }, 'assistant', 'pro')
    await new CloseMonth().handle(new Date(end.getTime() + 3_600_000), id)
    // What was left, the difference to the dearer plan, and the gift of the upgrade.
    assert.equal((await wallet.summary(id)).usd.availableMicros, 4_000_000 + 5_000_000 + 10_000_000)
    await assertLedgerIsSound(assert)
  })

  test('spending opens a new month by itself when the schedule has not run', async ({ assert }) => {
    const { id, timezone } = await givenAWallet()
    const next = new Date(monthAround(new Date(), timezone).end.getTime() + 1000)
    const held = await wallet.hold({
      workspaceId: id,
      asset: 'usd',
      amount: 1_000_000,
      purpose: 'test',
      idempotencyKey: 'a',
      now: next,
    })
    assert.isTrue(held.ok)
    assert.deepEqual(await alertsOf(id), [])
  })

  test('a hold across the end of the month keeps its money, its rest expires', async ({
    assert,
  }) => {
    const { id, timezone } = await givenAWallet()
    const end = monthAround(new Date(), timezone).end.getTime()
    const before = new Date(end - 60_000)
    const held = await wallet.hold({
      workspaceId: id,
      asset: 'usd',
      amount: 500_000,
      purpose: 'test',
      idempotencyKey: 'a',
      now: before,
    })
    if (!held.ok) throw new Error(held.reason)
    await new CloseMonth().handle(new Date(end + 1000), id)
    const captured = await wallet.capture({
      workspaceId: id,
      holdId: held.holdId,
      amount: 200_000,
      idempotencyKey: 'a',
      now: new Date(end + 2000),
    })
    assert.isTrue(captured.ok)
    await new CloseMonth().handle(new Date(end + 3000), id)
    const accounts = await db
      .from('ledger_accounts')
      .where({ workspace_id: id, asset: 'usd', account: 'breakage' })
      .first()
    assert.equal(accounts.balance, 1_800_000)
    const summary = await wallet.summary(id, new Date(end + 3000))
    assert.equal(summary.usd.availableMicros, 2_000_000)
  })
})

test.group('Wallet plans', () => {
  test('unknown plans and lines are refused with the known ones', async ({ assert }) => {
    await assert.rejects(() => givenAWallet({ assistant: 'gold' }), /Known: student, individual/)
    await assert.rejects(() => givenAWallet({ coffee: 'pro' }), /Known: assistant, agent/)
    await assert.rejects(() => givenAWallet({ assistant: 'toString' }), /no plan/)
  })

  test('a dearer plan adds the difference and the gift, going back earns nothing', async ({
    assert,
  }) => {
    const mine = await givenAWallet()
    await changePlan(mine, 'assistant', 'individual')
    let summary = await wallet.summary(mine.id)
    assert.equal(summary.usd.availableMicros, 5_000_000 + 5_000_000)
    await changePlan(mine, 'assistant', 'student')
    await changePlan(mine, 'assistant', 'individual')
    summary = await wallet.summary(mine.id)
    assert.equal(summary.usd.availableMicros, 10_000_000)
    const plan = await planOf(mine.id, 'assistant')
    assert.equal(plan?.id, 'individual')
  })

  test('unlimited conversations are granted, shown and returned without breakage', async ({
    assert,
  }) => {
    const mine = await givenAWallet({ agent: 'enterprise' })
    await spend(mine.id, 'conversation', 1, 'a')
    const summary = await wallet.summary(mine.id)
    assert.isTrue(summary.conversations.unlimited)
    assert.equal(summary.conversations.used, 1)
    await new CloseMonth().handle(monthAround(new Date(), mine.timezone).end, mine.id)
    const breakage = await db
      .from('ledger_accounts')
      .where({ workspace_id: mine.id, asset: 'conversation', account: 'breakage' })
    assert.lengthOf(breakage, 0)
  })

  test('plans cost their share of the days', async ({ assert }) => {
    const mine = await givenAWallet({ crm: 'business', agent: 'business' })
    const month = monthAround(new Date(), mine.timezone)
    const half = new Date((month.start.getTime() + month.end.getTime()) / 2)
    await db
      .from('wallet_plan_changes')
      .where('workspace_id', mine.id)
      .update({ since: month.start })
    const full = await wallet.costs(mine.id, month.start, month.end)
    assert.equal(full.subscriptionCents, 14900 + 4900)
    const part = await wallet.costs(mine.id, half, month.end)
    assert.equal(part.subscriptionCents, (14900 + 4900) / 2)
  })
})

test.group('Wallet alerts', () => {
  test('only the highest line crossed is announced, once', async ({ assert }) => {
    const { id } = await givenAWallet()
    await spend(id, 'usd', 1_500_000, 'a')
    assert.deepEqual(await alertsOf(id), [])
    await spend(id, 'usd', 420_000, 'b')
    await spend(id, 'usd', 10_000, 'c')
    assert.deepEqual(await alertsOf(id), ['usd 95'])
    await spend(id, 'usd', 70_000, 'd')
    assert.deepEqual(await alertsOf(id), ['usd 95', 'usd 100'])
  })

  test('a refusal announces that the credit is used up', async ({ assert }) => {
    const { id } = await givenAWallet()
    for (const key of ['a', 'b']) {
      await wallet.hold({
        workspaceId: id,
        asset: 'usd',
        amount: 9_000_000,
        purpose: 'test',
        idempotencyKey: key,
      })
    }
    assert.deepEqual(await alertsOf(id), ['usd 100'])
  })

  test('a purchase arms the lines again', async ({ assert }) => {
    const { id, timezone } = await givenAWallet()
    await spend(id, 'usd', 1_900_000, 'a')
    await wallet.grant({
      workspaceId: id,
      asset: 'usd',
      amount: 5_000_000,
      source: 'pack',
      startsAt: new Date(Date.now() - 1000),
      expiresAt: monthAround(new Date(), timezone).end,
      idempotencyKey: 'pack',
    })
    await spend(id, 'usd', 4_900_000, 'b')
    assert.deepEqual(await alertsOf(id), ['usd 95', 'usd 95'])
  })

  test('an alert disappears with the transaction of its debit', async ({ assert }) => {
    const { id } = await givenAWallet()
    const trx = await db.transaction()
    const held = await wallet.hold(
      { workspaceId: id, asset: 'usd', amount: 2_000_000, purpose: 't', idempotencyKey: 'a' },
      trx
    )
    if (!held.ok) throw new Error(held.reason)
    const capture = { workspaceId: id, holdId: held.holdId, amount: 2_000_000 }
    await wallet.capture({ ...capture, idempotencyKey: 'a' }, trx)
    await trx.rollback()
    assert.deepEqual(await alertsOf(id), [])
  })
})
