import { randomUUIDv7 } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { watchThresholds } from '#app/llm/dashboard/watch_thresholds'
import LlmCall from '#app/llm/models/llm_call'
import { givenAnOperator } from '#tests/helpers/workspaces'

const HOUR_MS = 3_600_000

/** Calls of the last minutes, of which so many failed. */
async function givenCalls(workspaceId: string, count: number, failed: number) {
  await LlmCall.createMany(
    Array.from({ length: count }, (_, n) => ({
      id: randomUUIDv7(),
      ...{ workspaceId, purpose: 'test.watch', actorKind: 'system' as const, attempts: 1 },
      ...{ class: 'simple' as const, provider: 'openai', model: 'gpt-6-luna' },
      ...{ outcome: n < failed ? ('failed' as const) : ('cached' as const), latencyMs: 900 },
      failureCode: n < failed ? ('unavailable' as const) : null,
      ...{ promptTokens: 100, completionTokens: 10, usageSource: 'reported' as const },
      ...{ priceMicros: 0, providerCostNano: 0, maskedCounts: {} },
    }))
  )
}

test.group('Thresholds of the gateway', (group) => {
  // The figures are those of the whole box, so calls of other tests must not count.
  group.each.setup(async () => {
    await db.rawQuery(`update llm_calls set created_at = created_at - interval '2 days'`)
    await db.from('llm_threshold_notices').delete()
  })

  test('are told to the operators once a day each, and again after a recovery', async ({
    assert,
    client,
  }) => {
    const { user, workspace } = await givenAnOperator()
    const told = async () => {
      const rows = await db
        .from('notices')
        .where('user_id', user.id)
        .where('kind', 'llm.threshold')
        .orderBy('id')
      return rows.map(({ title_key: key, data }) => [key, data.level, data.value, data.limit])
    }
    await givenCalls(workspace.id, 10, 10)
    assert.deepEqual(await watchThresholds(), [], 'too few calls')

    await givenCalls(workspace.id, 490, 0)
    assert.deepEqual(await watchThresholds(), ['errors'])
    assert.deepEqual(await watchThresholds(), [])
    const warned = ['llm.notices.errors.title', 'warn', 2, 1]
    assert.deepEqual(await told(), [warned])

    await givenCalls(workspace.id, 40, 40)
    await Promise.all([watchThresholds(), watchThresholds()])
    const alarmed = ['llm.notices.errors.title', 'bad', 9.3, 3]
    assert.deepEqual(await told(), [warned, alarmed])
    const tomorrow = new Date(Date.now() + 24 * HOUR_MS)
    assert.deepEqual(await watchThresholds(tomorrow), ['errors'])
    assert.deepEqual(await watchThresholds(tomorrow), [])

    await LlmCall.in(workspace.id).where('outcome', 'failed').update({ outcome: 'answered' })
    assert.notInclude(await watchThresholds(tomorrow), 'errors')
    await givenCalls(workspace.id, 60, 60)
    assert.include(await watchThresholds(tomorrow), 'errors')
    assert.lengthOf(
      (await told()).filter(([key]) => key === 'llm.notices.errors.title'),
      4
    )
    const page = await client.get('/notices').loginAs(user)
    page.assertTextIncludes('Many model calls fail')
  })
})
