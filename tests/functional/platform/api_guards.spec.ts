import db from '@adonisjs/lucid/services/db'
import { setTimeout } from 'node:timers/promises'
import { nanoid } from 'nanoid'
import { test } from '@japa/runner'
import { Workspace } from '#accounts'
import { claimKey, keepClaim, sweepKeys } from '#shared/api/idempotency_store'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import ProbeController from '#tests/helpers/platform/probe_controller'
import '#tests/helpers/platform/probe_routes'

test.group('Idempotency-Key', (group) => {
  let apiKey: string
  let workspaceId: string

  group.setup(async () => {
    const { apiKey: key, workspace } = await givenAWorkspace()
    apiKey = key
    workspaceId = workspace.id
  })

  test('a repetition gets the first answer and does nothing', async ({ client, assert }) => {
    const key = nanoid()
    const send = () =>
      client
        .post('/api/v1/test-probe')
        .bearerToken(apiKey)
        .header('Idempotency-Key', key)
        .json({ name: 'one' })
    const before = ProbeController.calls
    const first = await send()
    const second = await send()
    first.assertStatus(201)
    second.assertStatus(201)
    assert.deepEqual(second.body(), first.body())
    assert.notExists(first.header('idempotency-replayed'))
    assert.equal(second.header('idempotency-replayed'), 'true')
    assert.match(String(second.header('content-type')), /^application\/json/)
    assert.equal(ProbeController.calls, before + 1)
  })

  test('twins at the same time happen once', async ({ client, assert }) => {
    const key = nanoid()
    const before = ProbeController.calls
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        client
          .post('/api/v1/test-probe')
          .bearerToken(apiKey)
          .header('Idempotency-Key', key)
          .json({ name: 'twin', delayMs: 150 })
      )
    )
    assert.deepEqual(new Set(answers.map((answer) => answer.status())), new Set([201]))
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer.body()))).size, 1)
    assert.equal(ProbeController.calls, before + 1)
  })

  test('an operation that takes long keeps its key', async ({ assert }) => {
    const key = nanoid()
    const fingerprint = Buffer.from('one')
    const first = await claimKey(workspaceId, key, fingerprint)
    if (first.kind !== 'mine') throw new Error(first.kind)
    await db
      .from('api_idempotency')
      .where({ workspace_id: workspaceId, key })
      .update({ claimed_at: db.raw("now() - interval '10 minutes'") })
    const stop = keepClaim(workspaceId, key, first.claim, 10)
    await setTimeout(200)
    stop()
    const twin = await claimKey(workspaceId, key, fingerprint)
    assert.equal(twin.kind, 'in_progress')
  })

  test('another request with the same key is refused', async ({ client, assert }) => {
    const key = nanoid()
    const send = (body: object) =>
      client
        .post('/api/v1/test-probe')
        .bearerToken(apiKey)
        .header('Idempotency-Key', key)
        .json(body)
    await send({ name: 'one' })
    const other = await send({ name: 'two' })
    other.assertStatus(422)
    assert.equal(other.body().code, 'E_IDEMPOTENCY_KEY_REUSED')
  })

  test('the same key of another workspace is another key', async ({ client, assert }) => {
    const key = nanoid()
    const other = await givenAWorkspace()
    const send = (bearer: string) =>
      client
        .post('/api/v1/test-probe')
        .bearerToken(bearer)
        .header('Idempotency-Key', key)
        .json({ name: 'x' })
    const first = await send(apiKey)
    const second = await send(other.apiKey)
    assert.notEqual(second.body().call, first.body().call)
    assert.notExists(second.header('idempotency-replayed'))
  })

  test('a refused body is replayed too; a bad key is refused', async ({ client }) => {
    const key = nanoid()
    const send = () =>
      client.post('/api/v1/test-probe').bearerToken(apiKey).header('Idempotency-Key', key).json({})
    const first = await send()
    const second = await send()
    first.assertStatus(422)
    second.assertStatus(422)
    const bad = await client
      .post('/api/v1/test-probe')
      .bearerToken(apiKey)
      .header('Idempotency-Key', 'a'.repeat(256))
      .json({ name: 'x' })
    bad.assertStatus(400)
  })

  test('the key of a dead attempt is taken over, an expired one is swept', async ({
    client,
    assert,
  }) => {
    const key = nanoid()
    const send = () =>
      client
        .post('/api/v1/test-probe')
        .bearerToken(apiKey)
        .header('Idempotency-Key', key)
        .json({ name: 'x' })
    await send()
    const row = () => db.from('api_idempotency').where({ workspace_id: workspaceId, key })
    await row().update({ status: null, body: null, claimed_at: new Date(Date.now() - 600_000) })
    const again = await send()
    again.assertStatus(201)
    assert.notExists(again.header('idempotency-replayed'))

    await row().update({ expires_at: new Date(Date.now() - 1000) })
    await sweepKeys()
    assert.isNull(await row().first())
  })
})

test.group('Rate limit', () => {
  test('tells what is left, and how long to wait', async ({ client, assert }) => {
    const { apiKey } = await givenAWorkspace()
    const send = () => client.post('/api/v1/test-probe').bearerToken(apiKey).json({ name: 'x' })
    const first = await send()
    assert.equal(first.header('ratelimit-limit'), '600')
    assert.equal(first.header('ratelimit-remaining'), '599')

    const rest = Array.from({ length: 602 }, send)
    const limited = (await Promise.all(rest)).filter((answer) => answer.status() === 429)
    assert.isAtLeast(limited.length, 1)
    assert.isAtLeast(Number(limited[0]!.header('retry-after')), 1)
    assert.equal(limited[0]!.body().code, 'E_RATE_LIMITED')
  })

  test('two keys of one workspace have a limit each', async ({ client, assert }) => {
    const { apiKey, workspace } = await givenAWorkspace()
    const other = await Workspace.apiKeys.create(workspace, ['*'], { name: 'other' })
    for (const key of [apiKey, other.value!.release()]) {
      const answer = await client.post('/api/v1/test-probe').bearerToken(key).json({ name: 'x' })
      assert.equal(answer.header('ratelimit-remaining'), '599')
    }
  })
})
