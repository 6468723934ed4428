import { test } from '@japa/runner'
import { randomUUID } from 'node:crypto'
import { captureLead, ChangeDeal, createDealWithHistory, Deal, pipelineSummary } from '#crm'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const actor = { kind: 'system', id: null } as const
const day = (number: number, hour = 12) => new Date(Date.UTC(2026, 9, number, hour))

async function givenADeal(input: { amountCents?: number } = {}) {
  const { workspace } = await givenAWorkspace()
  const captured = await captureLead({
    workspaceId: workspace.id,
    email: 'deal@example.com',
    locale: 'en',
    source: 'agent',
    conversationId: randomUUID(),
    ...input,
  })
  return { workspaceId: workspace.id, ...captured }
}

test.group('Change a deal', () => {
  test('writes every step into the history, once', async ({ assert }) => {
    const { workspaceId, dealId } = await givenADeal()
    const change = (step: Parameters<ChangeDeal['handle']>[0]['change']) =>
      new ChangeDeal().handle({ workspaceId, dealId, change: step, actor })

    await Promise.all([
      change({ kind: 'move', stage: 'demo' }),
      change({ kind: 'move', stage: 'demo' }),
    ])
    assert.deepInclude(await change({ kind: 'win' }), { ok: false, reason: 'amount_missing' })
    await change({ kind: 'win', amountCents: 12_345 })
    await change({ kind: 'win' })
    await change({ kind: 'reopen' })
    await change({ kind: 'lose', reason: 'price' })
    await change({ kind: 'lose', reason: 'price' })

    const deal = await Deal.in(workspaceId).preload('stage').firstOrFail()
    assert.equal(deal.status, 'lost')
    assert.equal(deal.amountCents, 12_345)
    assert.equal(deal.stage.key, 'proposal')
    await deal.load('events', (query) => query.orderBy('at').orderBy('id'))
    assert.deepEqual(
      deal.events.map(({ kind }) => kind),
      ['created', 'moved', 'won', 'reopened', 'lost']
    )
  })

  test('refuses {reason}')
    .with([
      { reason: 'stage_not_found', change: { kind: 'move', stage: 'nowhere' } },
      { reason: 'reason_missing', change: { kind: 'lose', reason: '  ' } },
      { reason: 'amount_missing', change: { kind: 'move', stage: 'client' } },
    ] as const)
    .run(async ({ assert }, { reason, change }) => {
      const { workspaceId, dealId } = await givenADeal()
      const result = await new ChangeDeal().handle({ workspaceId, dealId, change, actor })
      assert.deepEqual(result, { ok: false, reason })
    })

  test('does not find the deal of another workspace', async ({ assert }) => {
    const { dealId } = await givenADeal()
    const { workspace } = await givenAWorkspace()
    const result = await new ChangeDeal().handle({
      workspaceId: workspace.id,
      dealId,
      change: { kind: 'win', amountCents: 1 },
      actor,
    })
    assert.deepEqual(result, { ok: false, reason: 'deal_not_found' })
  })

  test('puts a card below another one', async ({ assert }) => {
    const { workspaceId } = await givenADeal()
    const ids: string[] = []
    for (const title of ['a', 'b', 'c']) {
      const { id } = await createDealWithHistory({
        workspaceId,
        title,
        currency: 'EUR',
        source: 'manual',
        createdAt: day(ids.length + 1),
        events: [{ kind: 'moved', toStage: 'demo', at: day(ids.length + 2) }],
      })
      ids.push(id)
    }
    // From the top: c, b, a. Drop c below b, then a on top.
    const move = (dealId: string, afterId: string | null) =>
      new ChangeDeal().handle({
        workspaceId,
        dealId,
        change: { kind: 'move', stage: 'demo', afterId },
        actor,
      })
    await move(ids[2]!, ids[1]!)
    await move(ids[0]!, null)
    const order = await Deal.in(workspaceId).whereIn('id', ids).orderBy('position', 'desc')
    assert.deepEqual(
      order.map(({ title }) => title),
      ['a', 'b', 'c']
    )
  })
})

test.group('Pipeline summary', () => {
  test('adds up a period', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const base = { workspaceId: workspace.id, currency: 'EUR' }
    await createDealWithHistory({
      ...base,
      title: 'Agent sale',
      source: 'agent',
      conversationId: randomUUID(),
      createdAt: day(1),
      events: [
        { kind: 'moved', toStage: 'demo', at: day(3) },
        { kind: 'won', amountCents: 30_000, at: day(4) },
      ],
    })
    await createDealWithHistory({
      ...base,
      title: 'Shop sale',
      source: 'manual',
      amountCents: 20_000,
      createdAt: day(2),
      events: [{ kind: 'won', at: day(6) }],
    })
    await createDealWithHistory({
      ...base,
      title: 'Too dear',
      source: 'agent',
      amountCents: 5_000,
      createdAt: day(2),
      events: [{ kind: 'lost', reason: 'price', at: day(5) }],
    })
    await createDealWithHistory({
      ...base,
      title: 'Open',
      source: 'agent',
      amountCents: 10_000,
      createdAt: day(20),
      events: [],
    })

    const summary = await pipelineSummary(workspace.id, day(1, 0), day(8, 0))

    assert.equal(summary.dealsCreated, 3)
    assert.deepEqual(summary.won, { count: 2, amountCents: 50_000 })
    assert.deepEqual(summary.attributed, { count: 1, amountCents: 30_000 })
    assert.deepEqual(summary.lost, {
      count: 1,
      byReason: [{ reason: 'price', count: 1, amountCents: 5_000 }],
    })
    assert.deepEqual(summary.open[0], {
      stageKey: 'prospect',
      count: 1,
      amountCents: 10_000,
      weightedCents: 1_000,
    })
    const inFirst = summary.timeInStage.find(({ stageKey }) => stageKey === 'prospect')
    assert.deepEqual(inFirst, { stageKey: 'prospect', medianSeconds: 3 * 86_400, deals: 3 })
    assert.deepEqual(
      summary.top.map(({ title }) => title),
      ['Agent sale', 'Shop sale']
    )
    const later = await pipelineSummary(workspace.id, day(8, 0), day(15, 0))
    assert.equal(later.dealsCreated + later.won.count + later.lost.count, 0)
  })

  test('refuses a history that cannot be', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    await assert.rejects(
      () =>
        createDealWithHistory({
          workspaceId: workspace.id,
          title: 'x',
          currency: 'EUR',
          source: 'manual',
          createdAt: day(1),
          events: [{ kind: 'won', at: day(2) }],
        }),
      /amount_missing/
    )
    assert.lengthOf(await Deal.in(workspace.id), 0)
  })
})
