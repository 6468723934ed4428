import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { llm } from '#llm'
import { wallet } from '#wallet'
import LlmCall from '#app/llm/models/llm_call'
import { answerCache } from '#app/llm/services/answer_cache'
import { usdOf } from '#tests/helpers/balances'
import { givenAFakeProvider } from '#tests/helpers/fake_openai'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const request = (workspaceId: string, text = 'Say hello') => ({
  workspaceId,
  purpose: 'test.gateway',
  class: 'simple' as const,
  system: 'You are brief.',
  messages: [{ role: 'user' as const, text }],
})

test.group('Gateway', (group) => {
  let provider: Awaited<ReturnType<typeof givenAFakeProvider>>
  group.each.setup(async () => {
    answerCache.clear()
    provider = await givenAFakeProvider()
    return () => provider.stop()
  })

  test('streams, captures the price of the class and logs the call', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    const before = await usdOf(workspace.id)
    const pieces: string[] = []
    const result = await llm.stream({
      ...request(workspace.id),
      onToken: (piece) => pieces.push(piece),
    })
    assert.isTrue(result.ok)
    if (!result.ok) return
    assert.equal(result.text, 'Hello from the model.')
    assert.isAbove(pieces.length, 1)
    assert.equal(pieces.join(''), result.text)
    assert.equal(result.priceMicros, 50_000)
    assert.deepEqual(result.usage, { promptTokens: 120, completionTokens: 4, source: 'reported' })

    const after = await usdOf(workspace.id)
    assert.equal(before.availableMicros - after.availableMicros, 50_000)
    assert.equal(after.heldMicros, 0)
    const call = await LlmCall.in(workspace.id).where('id', result.callId).firstOrFail()
    assert.equal(call.outcome, 'answered')
    assert.equal(call.providerCostNano, 120 * 100 + 4 * 500)
    assert.equal(call.priceMicros, 50_000)
  })

  test('an identical request within five minutes costs nothing', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    const other = await givenAWorkspace({ plans: { assistant: 'pro' } })
    await llm.complete(request(workspace.id))
    const again = await llm.complete(request(workspace.id))
    assert.containsSubset(again, { ok: true, cached: true, priceMicros: 0 })
    assert.lengthOf(provider.fake.requests, 1)
    const elsewhere = await llm.complete(request(other.workspace.id))
    assert.containsSubset(elsewhere, { ok: true, cached: false })
    assert.lengthOf(provider.fake.requests, 2)
  })

  test('a hundred identical requests at once make one call', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    const before = await usdOf(workspace.id)
    provider.fake.behaviour = { betweenMs: 20 }
    const results = await Promise.all(
      Array.from({ length: 100 }, () => llm.complete(request(workspace.id, 'All at once')))
    )
    assert.isTrue(results.every((result) => result.ok && result.text === 'Hello from the model.'))
    assert.lengthOf(provider.fake.requests, 1)
    const after = await usdOf(workspace.id)
    assert.equal(before.availableMicros - after.availableMicros, 50_000)
  })

  test('nothing personal leaves the box and the answer has it back', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    provider.fake.behaviour = {
      answer: (body) => `Noted: ${/\[EMAIL_\d+\]/.exec(body.messages[1]!.content)?.[0]}.`,
    }
    const result = await llm.complete(
      request(workspace.id, 'Mail jeanne@shop.example or ring +33 6 12 34 56 78')
    )
    assert.containsSubset(result, { ok: true, text: 'Noted: jeanne@shop.example.' })
    const sent = JSON.stringify(provider.fake.requests)
    assert.notInclude(sent, 'jeanne')
    assert.notInclude(sent, '12 34 56')
  })

  test('a failing provider is retried once, then reported, free of charge', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    const before = await usdOf(workspace.id)
    provider.fake.behaviour = { status: 500, failures: 1 }
    assert.containsSubset(await llm.complete(request(workspace.id)), { ok: true })
    assert.lengthOf(provider.fake.requests, 2)

    provider.fake.behaviour = { status: 500 }
    const failed = await llm.complete(request(workspace.id, 'Again'))
    assert.containsSubset(failed, { ok: false, reason: 'provider_failed', code: 'unavailable' })
    assert.lengthOf(provider.fake.requests, 4)
    const after = await usdOf(workspace.id)
    assert.equal(before.availableMicros - after.availableMicros, 50_000)
    assert.equal(after.heldMicros, 0)
  })

  test('refusals are told apart and not retried', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    for (const [status, code] of [
      [401, 'refused_key'],
      [404, 'model_not_found'],
      [400, 'bad_request'],
    ] as const) {
      provider.fake.behaviour = { status }
      const result = await llm.complete(request(workspace.id, `Status ${status}`))
      assert.containsSubset(result, { ok: false, code })
    }
    assert.lengthOf(provider.fake.requests, 3)
  })

  test('a stream that the provider cuts costs nothing', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    const before = await usdOf(workspace.id)
    provider.fake.behaviour = { answer: 'one two three four', cutAfter: 2, betweenMs: 5 }
    const result = await llm.stream({ ...request(workspace.id), onToken: () => {} })
    assert.containsSubset(result, { ok: false, reason: 'provider_failed', code: 'cut' })
    assert.lengthOf(provider.fake.requests, 1)
    assert.deepEqual(await usdOf(workspace.id), before)
  })

  test('a stream that the reader cuts is settled', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    provider.fake.behaviour = { answer: 'one two three four five six', betweenMs: 30 }
    const reader = new AbortController()
    const result = await llm.stream({
      ...request(workspace.id),
      signal: reader.signal,
      onToken: (piece) => piece.startsWith('two') && reader.abort(),
    })
    assert.containsSubset(result, { ok: true, cut: true, priceMicros: 50_000 })
    if (!result.ok) return
    const call = await LlmCall.in(workspace.id).where('id', result.callId).firstOrFail()
    assert.equal(call.outcome, 'cut')
    assert.equal(call.usageSource, 'estimated')
    const { heldMicros } = await usdOf(workspace.id)
    assert.equal(heldMicros, 0)
  })

  test('an answer that the caller refuses costs nothing', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    const before = await usdOf(workspace.id)
    const result = await llm.stream({ ...request(workspace.id), accept: () => false })
    assert.containsSubset(result, { ok: false, code: 'rejected' })
    assert.deepEqual(await usdOf(workspace.id), before)
  })

  test('without credit the provider is not asked', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const { availableMicros } = await usdOf(workspace.id)
    const held = await wallet.hold({
      workspaceId: workspace.id,
      asset: 'usd',
      amount: availableMicros,
      purpose: 'test',
      idempotencyKey: 'all',
    })
    assert.isTrue(held.ok)
    const result = await llm.complete(request(workspace.id))
    assert.containsSubset(result, { ok: false, reason: 'insufficient_credit' })
    assert.lengthOf(provider.fake.requests, 0)
  })

  test('advanced requests cost between 0.50 and 1.00 dollars by tokens', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    const price = async (tokens: number) => {
      provider.fake.behaviour = { usage: { prompt_tokens: tokens, completion_tokens: 10 } }
      const result = await llm.complete({
        ...request(workspace.id, `Advanced ${tokens}`),
        class: 'advanced',
      })
      return result.ok ? result.priceMicros : null
    }
    assert.equal(await price(100), 500_000)
    assert.isAbove((await price(3_000))!, 500_000)
    assert.isAtMost((await price(2_000_000))!, 1_000_000)
  })

  test('the log never holds the words', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    await llm.complete(request(workspace.id, 'unmistakable-words'))
    const { rows } = await db.rawQuery(
      'select to_jsonb(c)::text as row from llm_calls c where workspace_id = ?',
      [workspace.id]
    )
    assert.lengthOf(rows, 1)
    assert.notInclude(rows[0].row, 'unmistakable')
    assert.notInclude(rows[0].row, 'Hello from')
  })
})
