import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { closeMonthOf, wallet } from '#wallet'
import { saveLimits } from '#app/wallet/services/read_limits'
import { monthAround } from '#app/wallet/services/period'
import { givenAWorkspace, givenAnOperator } from '#tests/helpers/workspaces'
import { assertLedgerIsSound } from './helpers.js'

const spend = async (
  workspaceId: string,
  amount: number,
  idempotencyKey: string,
  cost = amount
) => {
  const request = { workspaceId, asset: 'usd', purpose: 'test', idempotencyKey } as const
  const held = await wallet.hold({ ...request, amount })
  if (!held.ok) return held.reason
  await wallet.capture({ workspaceId, holdId: held.holdId, amount: cost, idempotencyKey })
  return 'spent'
}

test.group('Wallet limits', () => {
  test('an advance goes up to the owner’s limit, is billed, and opens again once paid', async ({
    assert,
    client,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    const operator = await givenAnOperator()
    const { id } = workspace
    assert.equal(await spend(id, 2_100_000, 'a'), 'insufficient_credit')
    const limits = { overageMicros: 1_000_000, hourlyMicros: null }
    await saveLimits(id, user.id, limits)
    assert.equal(await spend(id, 2_600_000, 'b', 2_100_000), 'spent')
    assert.equal(await spend(id, 1_000_000, 'c'), 'insufficient_credit')
    assert.equal(await spend(id, 900_000, 'd'), 'spent')
    const { usd } = await wallet.summary(id)
    assert.containSubset(usd, { availableMicros: 0, spentMicros: 2_000_000 })
    assert.equal(usd.overageMicros, 1_000_000)

    const end = monthAround(new Date(), workspace.timezone).end
    for (let turn = 0; turn < 2; turn += 1) {
      await db.transaction((trx) => closeMonthOf(id, end, trx))
    }
    const orders = await db.from('wallet_orders').where('workspace_id', id)
    assert.deepEqual(
      orders.map((order) => [order.kind, order.price_cents, order.currency]),
      [['overage', 100, 'USD']]
    )
    assert.equal(await spend(id, 2_100_000, 'e'), 'insufficient_credit')
    const page = await client.get('/wallet').loginAs(user)
    page.assertTextIncludes('Request credit beyond the month')
    await client
      .post(`/wallet/orders/${orders[0].id}/confirm`)
      .loginAs(operator.user)
      .withCsrfToken()
      .redirects(0)
    assert.equal(await spend(id, 2_100_000, 'f'), 'spent')
    await assertLedgerIsSound(assert)
  })

  test('64 requests at once never pass the limit together', async ({ assert }) => {
    const { user, workspace } = await givenAWorkspace()
    await saveLimits(workspace.id, user.id, { overageMicros: 1_000_000, hourlyMicros: null })
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, index) => spend(workspace.id, 100_000, `k${index}`))
    )
    assert.lengthOf(
      outcomes.filter((outcome) => outcome === 'spent'),
      30
    )
    await assertLedgerIsSound(assert)
  }).timeout(20_000)

  test('abnormal spending is told, by the owner’s ceiling or the usual one', async ({
    assert,
    client,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    await spend(workspace.id, 400_000, 'a')
    assert.containSubset(await wallet.pace(workspace.id), {
      spentMicros: 400_000,
      ceilingMicros: 1_000_000,
      exceeded: false,
    })
    const form = { overage: '0', hourly: '1' }
    await client.post('/wallet/limits').loginAs(user).withCsrfToken().form(form).redirects(0)
    await spend(workspace.id, 700_000, 'b')
    assert.isTrue((await wallet.pace(workspace.id)).exceeded)
    const page = await client.get('/wallet').loginAs(user)
    page.assertTextIncludes('A cheaper model answers')
    for (const bad of [
      { overage: '-1', hourly: '' },
      { overage: '1.5', hourly: '' },
      { overage: '1e9', hourly: '0' },
    ]) {
      await client.post('/wallet/limits').loginAs(user).withCsrfToken().form(bad).redirects(0)
    }
    const row = await db.from('wallet_limits').where('workspace_id', workspace.id).firstOrFail()
    assert.equal(row.overage_micros, 0)
  })

  test('an estimate is corrected once, downwards only', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const workspaceId = workspace.id
    const captured = async (idempotencyKey: string, estimated: boolean) => {
      const request = { workspaceId, asset: 'usd', purpose: 'test', idempotencyKey } as const
      const held = await wallet.hold({ ...request, amount: 100_000 })
      if (!held.ok) throw new Error(held.reason)
      const capture = { workspaceId, holdId: held.holdId, amount: 100_000, idempotencyKey }
      const done = await wallet.capture({ ...capture, estimated })
      return done.ok ? done.transferId! : ''
    }
    const known = await captured('known', false)
    const guess = await captured('guess', true)
    const correct = (transferId: string, amount: number) =>
      wallet.correct({ workspaceId, transferId, amount })
    assert.deepEqual(await correct(known, 1), { ok: false, reason: 'not_estimated' })
    assert.deepEqual(await correct(guess, 150_000), { ok: true, returnedAmount: 0 })
    assert.deepEqual(await correct(guess, 30_000), { ok: true, returnedAmount: 70_000 })
    assert.deepEqual(await correct(guess, 0), { ok: true, returnedAmount: 70_000 })
    const { usd } = await wallet.summary(workspaceId)
    assert.equal(usd.availableMicros, 2_000_000 - 130_000)
    await assertLedgerIsSound(assert)
  })

  test('the history is filtered by days and downloaded whole', async ({ assert, client }) => {
    const { user, workspace } = await givenAWorkspace()
    for (const key of ['a', 'b', 'c']) await spend(workspace.id, 1000, key)
    const all = await client.get('/wallet/history.csv?asset=usd&kind=capture').loginAs(user)
    all.assertStatus(200)
    const lines = all.text().trim().split('\r\n')
    assert.lengthOf(lines, 4)
    assert.match(lines[1]!, /,Request credit,Request: Other,-0\.001000,1\.997000,test,/)
    const none = await client.get('/wallet/history.csv?to=2020-01-31').loginAs(user)
    assert.lengthOf(none.text().trim().split('\r\n'), 1)
    const odd = await client.get('/wallet?from=2026-02-31&to=x').loginAs(user)
    odd.assertStatus(200)
  })
})
