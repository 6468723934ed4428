import { test } from '@japa/runner'
import { llm } from '#llm'
import { levelOf, technicalFigures } from '#app/llm/dashboard/technical_figures'
import { fairUse } from '#config/llm'
import { registry } from '#shared/platform/metrics/registry'
import { givenAFakeProvider } from '#tests/helpers/fake_openai'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const request = (workspaceId: string, text: string) => ({
  ...{ workspaceId, purpose: 'test.technical', class: 'simple' as const, system: '' },
  messages: [{ role: 'user' as const, text }],
})

test.group('Technical figures', () => {
  test('move with the calls, on the page and for Prometheus', async ({ client, assert }) => {
    const { workspace, user } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    const other = await givenAWorkspace()
    const provider = await givenAFakeProvider()
    try {
      for (const text of ['one', 'two', 'one']) await llm.complete(request(workspace.id, text))
      provider.fake.behaviour = { status: 400 }
      await llm.complete(request(workspace.id, 'refused'))
    } finally {
      await provider.stop()
    }
    const figures = await technicalFigures(workspace.id, 'hour')
    assert.containsSubset(figures, { calls: 4, errors: 0.25, cacheHits: 0.25, uptime: 1 })
    assert.isAbove(figures.costPerThousandNano!, 0)
    assert.isAtLeast(figures.p99!, figures.p50!)
    assert.deepEqual(
      figures.byModel.map(({ model, attempts, failed }) => [model, attempts, failed]),
      [['gpt-6-luna', 3, 1]]
    )
    assert.equal((await technicalFigures(other.workspace.id, 'hour')).calls, 0)

    const page = await client.get('/models/technical?window=hour').loginAs(user)
    page.assertStatus(200)
    assert.include(page.text(), 'gpt-6-luna')
    assert.include(page.text(), '25 %')
    const metrics = await registry.metrics()
    assert.match(
      metrics,
      /llm_calls_total\{class="simple",provider="openai".*outcome="cached"\} \d/
    )
    assert.include(metrics, 'llm_circuit_open')
  })

  test('levels follow the thresholds in both directions', ({ assert }) => {
    assert.equal(levelOf('latencyMs', 2_999), 'good')
    assert.equal(levelOf('latencyMs', 4_000), 'warn')
    assert.equal(levelOf('errors', 0.05), 'bad')
    assert.equal(levelOf('cacheHits', 0.2), 'warn')
    assert.equal(levelOf('uptime', 0.98), 'bad')
    assert.equal(levelOf('uptime', null), 'unknown')
  })

  test('more than the plan allows is a 429 that says when to come back', async ({
    client,
    assert,
  }) => {
    const { apiKey } = await givenAWorkspace()
    const provider = await givenAFakeProvider({ status: 400 })
    try {
      const allowed = fairUse.student!.requests
      let last = await client.get('/health/live')
      for (let count = 0; count <= allowed + 5 && last.status() !== 429; count++) {
        last = await client
          .post('/api/v1/assistant/requests')
          .bearerToken(apiKey)
          .json({ prompt: `Question ${count}`, class: 'simple' })
      }
      last.assertStatus(429)
      assert.equal(last.body().code, 'E_FAIR_USE')
      assert.isAtLeast(Number(last.header('retry-after')), 1)
    } finally {
      await provider.stop()
    }
  })
})
