import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { closeMonthOf, planOf, wallet } from '#wallet'
import { endTrials } from '#app/wallet/services/trials'
import { monthAround } from '#app/wallet/services/period'
import { givenAWorkspace, givenAnOperator } from '#tests/helpers/workspaces'
import { assertLedgerIsSound } from './helpers.js'

const DAY = 86_400_000

test.group('Wallet offers', () => {
  test('a quote is answered by the operator and becomes a pool each month', async ({
    assert,
    client,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    const operator = await givenAnOperator()
    const post = (path: string, by: typeof user, form: Record<string, unknown>) =>
      client.post(path).loginAs(by).withCsrfToken().form(form).redirects(0)
    await post('/wallet/plans', user, { line: 'assistant', plan: 'enterprise' })
    const orderOf = () => db.from('wallet_orders').where('workspace_id', workspace.id).first()
    const { id } = await orderOf()
    const answer = { euros: 450, dollars: 500 }
    const own = await post(`/wallet/orders/${id}/quote`, user, answer)
    own.assertStatus(403)
    for (const bad of [{ euros: 0, dollars: 5 }, { euros: 1.5, dollars: 5 }, { euros: 9 }]) {
      await post(`/wallet/orders/${id}/quote`, operator.user, bad)
    }
    assert.isNull((await orderOf()).quoted_at)
    await post(`/wallet/orders/${id}/quote`, operator.user, answer)
    assert.equal((await orderOf()).price_cents, 45_000)
    const page = await client.get('/wallet').loginAs(user)
    page.assertTextIncludes('Pool of $500.00')
    const list = await client.get('/wallet/orders').loginAs(operator.user)
    list.assertTextIncludes('Send quote')

    await post(`/wallet/orders/${id}/confirm`, operator.user, {})
    assert.containSubset(await planOf(workspace.id, 'assistant'), { id: 'enterprise' })
    const { usd } = await wallet.summary(workspace.id)
    assert.equal(usd.availableMicros, 500_000_000)
    const { end } = monthAround(new Date(), workspace.timezone)
    await db.transaction((trx) => closeMonthOf(workspace.id, end, trx))
    const next = await wallet.summary(workspace.id, end)
    assert.equal(next.usd.availableMicros, 500_000_000)
    const late = await post(`/wallet/orders/${id}/quote`, operator.user, answer)
    late.assertStatus(302)
    await assertLedgerIsSound(assert)
  })

  test('a trial brings its days’ part once, and the line is what it was afterwards', async ({
    assert,
    client,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    const attempt = (line: string, plan: string) =>
      client
        .post('/wallet/plans/trial')
        .loginAs(user)
        .withCsrfToken()
        .form({ line, plan })
        .redirects(0)
    await attempt('agent', 'enterprise')
    assert.containSubset(await planOf(workspace.id, 'agent'), { id: 'starter' })
    await Promise.all([attempt('agent', 'business'), attempt('agent', 'business')])
    assert.containSubset(await planOf(workspace.id, 'agent'), { id: 'business' })
    const { conversations } = await wallet.summary(workspace.id)
    assert.equal(conversations.available, 100 + 420)
    const page = await client.get('/wallet/plans').loginAs(user)
    page.assertTextIncludes('Trial until')

    assert.equal(await endTrials(), 0)
    await endTrials(new Date(Date.now() + 15 * DAY))
    assert.containSubset(await planOf(workspace.id, 'agent'), { id: 'starter' })
    await attempt('agent', 'business')
    assert.containSubset(await planOf(workspace.id, 'agent'), { id: 'starter' })
    const notices = await db
      .from('notices')
      .where({ workspace_id: workspace.id, kind: 'wallet.trial_ended' })
    assert.lengthOf(notices, 1)
    await assertLedgerIsSound(assert)
  })

  test('a plan that is bought during its trial begins at once', async ({ assert, client }) => {
    const { user, workspace } = await givenAWorkspace()
    const operator = await givenAnOperator()
    const form = { line: 'quantization', plan: 'starter' }
    await client.post('/wallet/plans/trial').loginAs(user).withCsrfToken().form(form).redirects(0)
    await client.post('/wallet/plans').loginAs(user).withCsrfToken().form(form).redirects(0)
    const order = await db.from('wallet_orders').where('workspace_id', workspace.id).firstOrFail()
    await client
      .post(`/wallet/orders/${order.id}/confirm`)
      .loginAs(operator.user)
      .withCsrfToken()
      .redirects(0)
    const row = await db
      .from('wallet_subscriptions')
      .where({ workspace_id: workspace.id, line: 'quantization' })
      .firstOrFail()
    assert.isNull(row.trial_ends_at)
    const { quantizationCredits } = await wallet.summary(workspace.id)
    assert.equal(quantizationCredits.available, 10 + Math.ceil((9 * 14) / 30))
  })
})
