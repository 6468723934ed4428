import { test } from '@japa/runner'
import { llm } from '#llm'
import { freeRequestsLeft } from '#app/llm/limits/free_requests'
import LlmCall from '#app/llm/models/llm_call'
import { answerCache } from '#app/llm/services/answer_cache'
import { usdOf } from '#tests/helpers/balances'
import { givenAFakeProvider } from '#tests/helpers/fake_openai'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const question = (workspaceId: string, text: string, purpose = 'llm.ask') => ({
  ...{ workspaceId, purpose, class: 'simple' as const, system: '' },
  messages: [{ role: 'user' as const, text }],
})

test.group('Free requests of the first use', (group) => {
  let provider: Awaited<ReturnType<typeof givenAFakeProvider>>
  group.each.setup(async () => {
    answerCache.clear()
    provider = await givenAFakeProvider({ answer: 'Here you are.' })
    return () => provider.stop()
  })

  test('of ten requests at the same time exactly three are free', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    const other = await givenAWorkspace()
    const before = await usdOf(workspace.id)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => llm.complete(question(workspace.id, `Question ${n}`)))
    )
    const free = answers.filter((one) => one.ok && one.free && one.priceMicros === 0)
    const paid = answers.filter((one) => one.ok && !one.free && one.priceMicros === 50_000)
    assert.deepEqual([free.length, paid.length], [3, 7])
    const after = await usdOf(workspace.id)
    assert.equal(before.availableMicros - after.availableMicros, 7 * 50_000)
    const calls = await LlmCall.in(workspace.id).where('free', true)
    assert.deepEqual(
      calls.map(({ priceMicros, holdId }) => [priceMicros, holdId]),
      [
        [0, null],
        [0, null],
        [0, null],
      ]
    )
    assert.equal(await freeRequestsLeft(workspace.id), 0)
    assert.equal(await freeRequestsLeft(other.workspace.id), 3)
  })

  test('one that nobody answers is given back, one from memory is not taken', async ({
    assert,
    client,
  }) => {
    const { apiKey, user, workspace } = await givenAWorkspace()
    provider.fake.behaviour = { status: 400 }
    await llm.complete(question(workspace.id, 'Refused'))
    assert.equal(await freeRequestsLeft(workspace.id), 3)
    provider.fake.behaviour = { answer: 'Yes.' }
    for (const prompt of ['One', 'One', 'Two']) {
      const response = await client
        .post('/api/v1/assistant/requests')
        .bearerToken(apiKey)
        .json({ prompt })
      assert.equal(response.body().priceMicros, 0)
    }
    assert.equal(await freeRequestsLeft(workspace.id), 1)
    const page = await client.get('/models').loginAs(user)
    page.assertTextIncludes('free request')
    // What visitors ask is paid, and takes none.
    const visitor = await llm.complete(question(workspace.id, 'Three', 'sales_agent.answer'))
    assert.containSubset(visitor, { free: false, priceMicros: 50_000 })
    assert.equal(await freeRequestsLeft(workspace.id), 1)
  })
})
