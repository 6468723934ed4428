import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import app from '@adonisjs/core/services/app'
import { llm } from '#llm'
import { localModel } from '#app/llm/local/local_model'
import { forgetHealth } from '#app/llm/routing/health'
import { answerCache } from '#app/llm/services/answer_cache'
import env from '#start/env'
import { givenAFakeProvider } from '#tests/helpers/fake_openai'
import { givenAWorkspace } from '#tests/helpers/workspaces'

/** A model of a quarter of a million weights: it tells stories, badly and fast. */
const MODEL = resolve(app.makePath(), '../shared/data/llm/tinyllm.gguf')

const request = (workspaceId: string, text = 'Once upon a time') => ({
  ...{ workspaceId, purpose: 'test.local', class: 'simple' as const, system: '' },
  messages: [{ role: 'user' as const, text }],
  maxOutputTokens: 24,
})

test.group('A model on the box', (group) => {
  let workspaceId: string
  group.tap((one) => one.skip(!existsSync(MODEL), 'needs ../shared/data/llm'))
  group.setup(async () => {
    env.set('LOCAL_MODEL', MODEL)
    // On a machine busy with other tests the library alone takes seconds to load.
    if (existsSync(MODEL)) await localModel().load(MODEL)
    return async () => {
      env.set('LOCAL_MODEL', '')
      await localModel().stop()
    }
  })
  group.each.setup(async () => {
    answerCache.clear()
    forgetHealth()
    workspaceId = (await givenAWorkspace({ plans: { assistant: 'pro' } })).workspace.id
  })

  test('answers without any network, streamed, at no cost to the box', async ({ assert }) => {
    const pieces: string[] = []
    const result = await llm.stream({ ...request(workspaceId), onToken: (p) => pieces.push(p) })
    assert.containsSubset(result, { ok: true, model: 'tinyllm.gguf', priceMicros: 50_000 })
    if (!result.ok) return
    assert.isAbove(pieces.length, 3)
    assert.equal(pieces.join(''), result.text)
    assert.equal(result.usage.source, 'reported')
    assert.isAtMost(result.usage.completionTokens, 24)
    assert.isAbove(result.usage.promptTokens, 0)
    const { rows } = await db.rawQuery(
      'select provider, provider_cost_nano, saved_nano from llm_calls where id = ?',
      [result.callId]
    )
    assert.containsSubset(rows[0], { provider: 'local', provider_cost_nano: 0 })
    assert.isAbove(rows[0].saved_nano, 0)
  }).timeout(60_000)

  test('several at once, each the same as alone', async ({ assert }) => {
    const ask = (text: string) => llm.complete({ ...request(workspaceId, text), keep: 'never' })
    const alone = await ask('The little dog')
    const together = await Promise.all([
      ...['The little dog', 'A red ball', 'Tom and Lily', 'One day'].map(ask),
    ])
    assert.isTrue(together.every(({ ok }) => ok))
    assert.isTrue(alone.ok && together[0]!.ok && alone.text === together[0]!.text)
  }).timeout(60_000)

  test('JSON of a schema, by a grammar', async ({ assert }) => {
    const schema = {
      type: 'object',
      properties: { colour: { enum: ['red', 'blue'] } },
      required: ['colour'],
      additionalProperties: false,
    }
    const result = await llm.complete({ ...request(workspaceId), schema, maxOutputTokens: 60 })
    assert.isTrue(result.ok)
    if (!result.ok) return
    assert.oneOf((result.value as { colour: string }).colour, ['red', 'blue'])
  }).timeout(60_000)

  test('a reader who leaves frees the place; a crash is survived', async ({ assert }) => {
    const reader = new AbortController()
    const cut = await llm.stream({
      ...{ ...request(workspaceId, 'Leave'), maxOutputTokens: 100, signal: reader.signal },
      onToken: () => reader.abort(),
    })
    assert.containsSubset(cut, { ok: true, cut: true })
    assert.equal(localModel().status().answering, 0)

    const crashing = llm.complete({ ...request(workspaceId, 'Crash'), maxOutputTokens: 110 })
    await new Promise((done) => setTimeout(done, 5))
    await localModel().stop()
    await crashing
    const after = await llm.complete(request(workspaceId, 'After the crash'))
    assert.containsSubset(after, { ok: true, model: 'tinyllm.gguf' })
  }).timeout(60_000)

  test('hybrid: what is hard goes out, and comes back when nobody answers', async ({ assert }) => {
    const provider = await givenAFakeProvider()
    try {
      const hard = await llm.complete({ ...request(workspaceId, 'Why?'), class: 'complex' })
      assert.containsSubset(hard, { ok: true, model: 'gpt-6-luna' })
      const easy = await llm.complete(request(workspaceId, 'Easy'))
      assert.containsSubset(easy, { ok: true, model: 'tinyllm.gguf' })
      provider.fake.behaviour = { status: 500 }
      const back = await llm.complete({ ...request(workspaceId, 'Again'), class: 'complex' })
      assert.containsSubset(back, { ok: true, model: 'tinyllm.gguf' })
    } finally {
      await provider.stop()
    }
  }).timeout(60_000)
})
