import { test } from '@japa/runner'
import { createDealWithHistory } from '#crm'
import { weeklyReport } from '#reports'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import { aConversation, aWonConversation, DUE, IN_WEEK, WEEK } from './facts.js'

test.group('Reports: from the facts of every room', () => {
  test('attributes what conversations brought, and nothing else', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const linked = await aWonConversation(workspace, 120_000)
    await createDealWithHistory({
      workspaceId: workspace.id,
      title: 'By telephone',
      source: 'manual',
      currency: 'EUR',
      createdAt: IN_WEEK,
      events: [{ kind: 'won', amountCents: 50_000, at: new Date('2026-11-06T09:00:00Z') }],
    })
    await createDealWithHistory({
      workspaceId: workspace.id,
      title: 'Lost',
      source: 'manual',
      currency: 'EUR',
      createdAt: IN_WEEK,
      events: [{ kind: 'lost', reason: 'price', at: new Date('2026-11-06T09:00:00Z') }],
    })

    const report = await weeklyReport({ workspaceId: workspace.id, week: WEEK, now: DUE })
    assert.equal(report.revenue.attributedCents, 120_000)
    assert.equal(report.revenue.wonCents, 170_000)
    assert.equal(report.revenue.deals[0]!.dealId, linked.dealId)
    assert.equal(report.figures.dealsWon.value, 2)
    assert.equal(report.figures.dealsLost.value, 1)
    assert.equal(report.figures.dealsCreated.value, 3)
    assert.deepEqual(report.lossReasons, [{ reason: 'price', count: 1 }])
    assert.isTrue(report.week.isClosed)
  })

  test('counts conversations, answers and questions without one', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    await aConversation(workspace)
    await aConversation(workspace)
    await aConversation(workspace, { answered: false })
    await aConversation(workspace, { at: new Date('2026-11-08T23:30:00Z') })

    const report = await weeklyReport({ workspaceId: workspace.id, week: WEEK, now: DUE })
    assert.equal(report.figures.conversations.value, 3)
    assert.deepInclude(report.rates.answered, { count: 2, of: 3, tooFew: true })
    assert.deepEqual(report.details.conversationsByDay, [0, 3, 0, 0, 0, 0, 0])
    assert.equal(report.details.unansweredQuestions[0]!.text, 'Do you sell canoes?')
    assert.include(
      report.suggestions.map((one) => one.kind),
      'answer_questions'
    )
  })

  test('sees one workspace only', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const other = await givenAWorkspace()
    await aWonConversation(other.workspace, 99_900)
    const report = await weeklyReport({ workspaceId: workspace.id, week: WEEK, now: DUE })
    assert.equal(report.revenue.wonCents, 0)
    assert.equal(report.figures.conversations.value, 0)
  })

  test('counts a closed week anew after a deal has changed', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const read = () => weeklyReport({ workspaceId: workspace.id, week: WEEK, now: DUE })
    const before = await read()
    assert.equal(before.revenue.wonCents, 0)
    await aWonConversation(workspace, 10_000)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const after = await read()
    assert.equal(after.revenue.wonCents, 10_000)
  })
})
