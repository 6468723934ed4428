import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { llm } from '#llm'
import { forgetHealth } from '#app/llm/routing/health'
import { answerCache } from '#app/llm/services/answer_cache'
import env from '#start/env'
import { usdOf } from '#tests/helpers/balances'
import { givenAFakeAnthropic } from '#tests/helpers/fake_anthropic'
import { givenAFakeProvider } from '#tests/helpers/fake_openai'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const request = (workspaceId: string, text = 'Say hello') => ({
  workspaceId,
  purpose: 'test.fallback',
  class: 'simple' as const,
  system: 'You are brief.',
  messages: [{ role: 'user' as const, text }],
})

interface AttemptRow {
  provider: string
  model: string
  outcome: string
  failure_code: string | null
  usage_source: string
  prompt_tokens: number
  cached_tokens: number
  completion_tokens: number
  cost_nano: number | null
}

async function attemptsOf(callId: string): Promise<AttemptRow[]> {
  const { rows } = await db.rawQuery(
    'select * from llm_attempts where call_id = ? order by number',
    [callId]
  )
  return rows
}

test.group('Gateway with two providers', (group) => {
  let openai: Awaited<ReturnType<typeof givenAFakeProvider>>
  let anthropic: Awaited<ReturnType<typeof givenAFakeAnthropic>>
  let workspaceId: string
  group.each.setup(async () => {
    answerCache.clear()
    forgetHealth()
    openai = await givenAFakeProvider()
    anthropic = await givenAFakeAnthropic()
    workspaceId = (await givenAWorkspace({ plans: { assistant: 'pro' } })).workspace.id
    return async () => {
      await openai.stop()
      await anthropic.stop()
    }
  })

  test('another provider answers and both attempts are on record with their cost', async ({
    assert,
  }) => {
    openai.fake.behaviour = { status: 500 }
    anthropic.fake.behaviour = { usage: { input: 100, cacheRead: 40, cacheWrite: 10, output: 7 } }
    const pieces: string[] = []
    const result = await llm.stream({ ...request(workspaceId), onToken: (p) => pieces.push(p) })
    assert.containsSubset(result, { ok: true, text: 'Hello from Claude.', priceMicros: 50_000 })
    assert.equal(pieces.join(''), 'Hello from Claude.')
    if (!result.ok) return
    const attempts = await attemptsOf(result.callId)
    assert.deepEqual(
      attempts.map((a) => [a.provider, a.model, a.outcome, a.failure_code, a.cost_nano]),
      [
        ['openai', 'gpt-6-luna', 'failed', 'unavailable', 0],
        ['openai', 'gpt-6-luna', 'failed', 'unavailable', 0],
        // Anthropic counts what its cache held and takes beside the plain tokens.
        [
          'anthropic',
          'claude-haiku-5-5',
          'answered',
          null,
          100 * 100 + 40 * 10 + 10 * 125 + 7 * 500,
        ],
      ]
    )
    assert.equal(attempts[2]!.prompt_tokens, 150)
    assert.equal(anthropic.fake.requests[0]!.key, 'sk-ant-test')
  })

  test('parameters are adapted to each model', async ({ assert }) => {
    openai.fake.behaviour = { refuses: ['temperature', 'reasoning_effort'] }
    anthropic.fake.behaviour = { refuses: ['temperature', 'top_p', 'thinking', 'tool_choice'] }
    const asked = { ...request(workspaceId), temperature: 0.2, class: 'complex' as const }
    env.set('OPENAI_MODEL', '')
    const first = await llm.complete(asked)
    assert.containsSubset(first, { ok: true, model: 'gpt-6.1-sol' })
    openai.fake.behaviour = { status: 503 }
    const second = await llm.complete({ ...asked, keep: 'never' })
    assert.containsSubset(second, { ok: true, model: 'claude-sonnet-5-5' })
  })

  test('a request that one model refuses goes to the other, without a retry', async ({
    assert,
  }) => {
    openai.fake.behaviour = { refuses: ['stream_options'] }
    const result = await llm.complete(request(workspaceId))
    assert.containsSubset(result, { ok: true, model: 'claude-haiku-5-5' })
    assert.lengthOf(openai.fake.requests, 1)
  })

  test('after a 429 a model rests for as long as it asked for', async ({ assert }) => {
    openai.fake.behaviour = { status: 429, retryAfterSeconds: 30 }
    assert.containsSubset(await llm.complete(request(workspaceId, 'One')), { ok: true })
    assert.containsSubset(await llm.complete(request(workspaceId, 'Two')), { ok: true })
    assert.lengthOf(openai.fake.requests, 1)
    assert.lengthOf(anthropic.fake.requests, 2)
  })

  test('a circuit opens after failures and leaves the model alone', async ({ assert }) => {
    openai.fake.behaviour = { status: 500 }
    for (let count = 0; count < 5; count++) {
      assert.containsSubset(await llm.complete(request(workspaceId, `${count}`)), { ok: true })
    }
    const asked = openai.fake.requests.length
    assert.isAtMost(asked, 6)
    await llm.complete(request(workspaceId, 'after'))
    assert.lengthOf(openai.fake.requests, asked)

    // With every circuit open the one that failed longest ago is asked all the same.
    anthropic.fake.behaviour = { status: 500 }
    for (let count = 0; count < 4; count++) await llm.complete(request(workspaceId, `b${count}`))
    anthropic.fake.behaviour = {}
    openai.fake.behaviour = {}
    assert.containsSubset(await llm.complete(request(workspaceId, 'back')), { ok: true })
  })

  test('never another provider after the first word', async ({ assert }) => {
    openai.fake.behaviour = { answer: 'one two three', cutAfter: 2, betweenMs: 5 }
    const result = await llm.stream({ ...request(workspaceId), onToken: () => {} })
    assert.containsSubset(result, { ok: false, code: 'cut' })
    assert.lengthOf(anthropic.fake.requests, 0)
    if (result.ok || result.reason !== 'provider_failed') return
    const [attempt] = await attemptsOf(result.callId)
    assert.containsSubset(attempt, { outcome: 'cut', usage_source: 'estimated' })
    assert.isAbove(attempt!.cost_nano!, 0)
  })

  test('JSON of a schema is checked here, whatever the model says', async ({ assert }) => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    }
    openai.fake.behaviour = { answer: '{"town": "Lyon"}' }
    anthropic.fake.behaviour = { answer: '{"city": "Lyon"}' }
    const pieces: string[] = []
    const result = await llm.stream({
      ...{ ...request(workspaceId), schema, onToken: (p: string) => pieces.push(p) },
    })
    assert.containsSubset(result, { ok: true, value: { city: 'Lyon' } })
    assert.deepEqual(pieces, ['{"city": "Lyon"}'])
    assert.lengthOf(openai.fake.requests, 2)
    assert.equal(openai.fake.requests[0]!.body.response_format?.type, 'json_schema')
    assert.equal(anthropic.fake.requests[0]!.body.output_config?.format?.type, 'json_schema')
  })

  test('tools: arguments are checked, originals are back, results go out masked', async ({
    assert,
  }) => {
    const tools = [
      {
        name: 'send_quote',
        description: 'Sends a quote.',
        parameters: {
          type: 'object',
          properties: { to: { type: 'string' }, units: { type: 'integer' } },
          required: ['to', 'units'],
        },
      },
    ]
    const json = '{"to": "[EMAIL_1]", "units": 2}'
    const ask = (extra: object = {}) =>
      llm.complete({ ...request(workspaceId, 'Two for ann@shop.example'), tools, ...extra })
    openai.fake.behaviour = { tool: { name: 'send_quote', json } }
    const first = await ask()
    assert.isTrue(first.ok && first.toolCalls.length === 1)
    if (!first.ok) return
    assert.deepEqual(first.toolCalls[0]!.arguments, { to: 'ann@shop.example', units: 2 })

    // A tool that was not offered, or with other arguments, is no answer; nor is it kept.
    openai.fake.behaviour = { tool: { name: 'refund', json: '{}' } }
    anthropic.fake.behaviour = { tool: { name: 'send_quote', json } }
    const second = await ask()
    assert.isTrue(second.ok && second.model === 'claude-haiku-5-5')

    anthropic.fake.behaviour = {}
    openai.fake.behaviour = { status: 400 }
    await ask({
      messages: [
        { role: 'user', text: 'Two for ann@shop.example' },
        { role: 'assistant', text: '', toolCalls: first.toolCalls },
        { role: 'tool', toolCallId: first.toolCalls[0]!.id, text: 'sent to ann@shop.example' },
      ],
    })
    const sent = JSON.stringify(anthropic.fake.requests.at(-1)!.body.messages)
    assert.include(sent, 'tool_result')
    assert.notInclude(sent, 'ann@shop.example')
  })

  test('a reader who leaves at any word pays for the class; the true cost comes later', async ({
    assert,
  }) => {
    anthropic.fake.behaviour = { status: 500 }
    const words = ['one ', 'two ', 'three ', 'four ', 'five ']
    for (let at = 0; at < words.length; at++) {
      openai.fake.behaviour = {
        pieces: words,
        betweenMs: 4,
        usage: { prompt_tokens: 33, completion_tokens: 9 },
      }
      const before = await usdOf(workspaceId)
      const reader = new AbortController()
      let seen = 0
      const result = await llm.stream({
        ...request(workspaceId, `Leave at ${at}`),
        signal: reader.signal,
        onToken: () => seen++ === at && reader.abort(),
      })
      assert.isTrue(result.ok)
      if (!result.ok) return
      const after = await usdOf(workspaceId)
      assert.equal(before.availableMicros - after.availableMicros, 50_000)
      assert.equal(after.heldMicros, 0)
      let [attempt] = await attemptsOf(result.callId)
      for (let wait = 0; wait < 40 && attempt!.usage_source !== 'reported'; wait++) {
        await new Promise((done) => setTimeout(done, 10))
        ;[attempt] = await attemptsOf(result.callId)
      }
      assert.containsSubset(attempt, { usage_source: 'reported', cost_nano: 33 * 100 + 9 * 500 })
    }
    assert.equal(openai.fake.abandoned, 0)
  })

  test('a provider that breaks off at any word costs the reader nothing', async ({ assert }) => {
    const before = await usdOf(workspaceId)
    for (let cutAfter = 1; cutAfter < 5; cutAfter++) {
      openai.fake.behaviour = { answer: 'one two three four five', cutAfter, betweenMs: 2 }
      const result = await llm.complete(request(workspaceId, `Break at ${cutAfter}`))
      assert.containsSubset(result, { ok: false, code: 'cut' })
      if (result.ok || result.reason !== 'provider_failed') return
      const [attempt] = await attemptsOf(result.callId)
      assert.equal(attempt!.usage_source, 'estimated')
      assert.isAbove(attempt!.completion_tokens, 0)
      forgetHealth()
    }
    assert.deepEqual(await usdOf(workspaceId), before)
  })
})
