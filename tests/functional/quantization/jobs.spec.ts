import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { wallet } from '#wallet'
import { QuantizationJob } from '#quantization'
import { RunJob } from '#app/quantization/services/run_job'
import { claimJob } from '#app/quantization/services/claim_job'
import { cancel } from '#app/quantization/services/end_job'
import { givenAModel, message } from '#tests/helpers/quantization/models'
import { ScriptedGpu } from '#tests/helpers/quantization/scripted_gpu'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const never = () => new AbortController().signal

test.group('Quantization jobs', (group) => {
  let gpu: ScriptedGpu
  group.each.setup(async () => {
    // Jobs that other tests have left in the queue would be claimed first.
    await db.from('quantization_jobs').where('state', 'queued').update({ state: 'cancelled' })
    gpu = new ScriptedGpu()
    return gpu.install()
  })

  const credits = async (workspaceId: string) => {
    const { quantizationCredits } = await wallet.summary(workspaceId)
    return { available: quantizationCredits.available, held: quantizationCredits.held }
  }

  test('from the order to the proof; the credit is held, then spent', async ({
    client,
    assert,
  }) => {
    const { apiKey, workspace, user } = await givenAWorkspace()
    const model = await givenAModel(apiKey)
    const created = await client
      .post('/api/v1/quantization/jobs')
      .bearerToken(apiKey)
      .json({ modelId: model.id, method: 'int8', options: { perChannel: true, bits: 4 } })
    created.assertStatus(201)
    assert.containsSubset(created.body(), { status: 'queued', progress: 0, result: null })
    // Options of other methods are not taken over.
    assert.deepEqual(created.body().options, { perChannel: true })
    assert.deepEqual(await credits(workspace.id), { available: 0, held: 1 })

    await new RunJob().handle(message(), never())
    const shown = await client
      .get(`/api/v1/quantization/jobs/${created.body().id}`)
      .bearerToken(apiKey)
    assert.containsSubset(shown.body(), { status: 'succeeded', progress: 1, verdict: 'pass' })
    assert.equal(shown.body().result.files[0].name, 'tiny-int8.onnx')
    assert.deepEqual(await credits(workspace.id), { available: 0, held: 0 })
    const [notice] = await db.from('notices').where({ workspace_id: workspace.id })
    assert.equal(notice.user_id, user.id)
    assert.equal(notice.kind, 'quantization.done')

    // The only credit of the free plan is spent.
    const second = await client
      .post('/api/v1/quantization/jobs')
      .bearerToken(apiKey)
      .json({ modelId: model.id, method: 'int8' })
    second.assertStatus(402)
    assert.equal(second.body().code, 'E_INSUFFICIENT_CREDIT')
  })

  test('a plan without the method, an impossible one and a strange model are refused', async ({
    client,
    assert,
  }) => {
    const free = await givenAWorkspace()
    const model = await givenAModel(free.apiKey)
    const order = (key: string, body: object) =>
      client.post('/api/v1/quantization/jobs').bearerToken(key).json(body)
    const gguf = { modelId: model.id, method: 'gguf', options: { type: 'Q4_0' } }

    const refused = await order(free.apiKey, { ...gguf, method: 'gptq', options: {} })
    assert.equal(refused.body().code, 'E_PLAN_LACKS_METHOD')

    const paying = await givenAWorkspace({ plans: { quantization: 'starter' } })
    const own = await givenAModel(paying.apiKey)
    const impossible = await order(paying.apiKey, { ...gguf, modelId: own.id })
    assert.equal(impossible.body().code, 'E_METHOD_NOT_POSSIBLE')
    assert.include(impossible.body().detail, 'No language model')
    const strange = await order(paying.apiKey, { ...gguf, method: 'int8' })
    strange.assertStatus(404)
    const broken = await givenAModel(paying.apiKey, 'broken')
    assert.equal(broken.state, 'refused')
    const early = await order(paying.apiKey, { modelId: broken.id, method: 'int8' })
    early.assertStatus(409)
    assert.deepEqual(await credits(paying.workspace.id), { available: 10, held: 0 })
  })

  test('a result that cannot be compared is kept, with the reason, and counts as made', async ({
    client,
    assert,
  }) => {
    const { apiKey, workspace, user } = await givenAWorkspace()
    const model = await givenAModel(apiKey)
    await client
      .post('/api/v1/quantization/jobs')
      .bearerToken(apiKey)
      .json({ modelId: model.id, method: 'int8' })
    gpu.evaluationFailure = {
      code: 'E_ONNX_RUN',
      message: 'ONNX Runtime does not know the operator.',
      params: { which: 'before', reason: 'no kernel' },
      retryable: false,
    }
    await new RunJob().handle(message(), never())
    const job = await QuantizationJob.in(workspace.id).firstOrFail()
    assert.containsSubset(job.serialize(), { state: 'succeeded', verdict: 'look_closer' })
    assert.isNull(job.evaluation)
    assert.equal(job.error?.code, 'E_ONNX_RUN')
    assert.deepEqual(await credits(workspace.id), { available: 0, held: 0 })

    const granted = await client
      .post(`/api/v1/quantization/jobs/${job.id}/downloads`)
      .bearerToken(apiKey)
    granted.assertStatus(201)
    const files = granted.body().files as { name: string }[]
    assert.includeMembers(
      files.map(({ name }) => name),
      ['tiny-int8.onnx', 'manifest.json']
    )
    const page = await client.get(`/quantization/jobs/${job.id}`).loginAs(user)
    assert.include(page.text(), 'could not be compared with the original')
    const paper = await client.get(`/quantization/jobs/${job.id}/report.pdf`).loginAs(user)
    paper.assertStatus(200)
  })

  test('cancelling gives the credit back, before the work and in the middle of it', async ({
    client,
    assert,
  }) => {
    const { apiKey, workspace } = await givenAWorkspace({ plans: { quantization: 'starter' } })
    const model = await givenAModel(apiKey)
    const start = async () => {
      const order = { modelId: model.id, method: 'int8' }
      const made = await client.post('/api/v1/quantization/jobs').bearerToken(apiKey).json(order)
      return made.body().id as string
    }
    const stop = (id: string) =>
      client.delete(`/api/v1/quantization/jobs/${id}`).bearerToken(apiKey)

    const waiting = await stop(await start())
    assert.equal(waiting.body().status, 'cancelled')

    gpu.takesMs = 20_000
    const id = await start()
    const running = new RunJob().handle(message(), never())
    await until(async () => (await read(workspace.id, id)).state === 'running')
    const began = performance.now()
    await stop(id)
    await running
    assert.isBelow(performance.now() - began, 2_000)
    assert.equal((await read(workspace.id, id)).state, 'cancelled')
    assert.deepEqual(await credits(workspace.id), { available: 10, held: 0 })
    ;(await stop(id)).assertStatus(409)
  })

  test('a crash is tried again with the same checkpoint, a refusal is not', async ({ assert }) => {
    const { apiKey, workspace } = await givenAWorkspace({ plans: { quantization: 'starter' } })
    const job = await ordered(apiKey, workspace.id)
    const crash = { code: 'E_CRASHED', message: 'It died.', params: {}, retryable: true }
    gpu.failures = [crash]
    const id = message()
    await assert.rejects(() => new RunJob().handle(id, never()))
    assert.containsSubset((await read(workspace.id, job.id)).toJSON(), {
      state: 'running',
      stage: 'retrying',
    })
    await new RunJob().handle(id, never())
    const orders = gpu.orders.filter(({ task }) => task === 'quantize')
    const checkpoints = orders.map(({ order: one }) => (one as { checkpoint: string }).checkpoint)
    assert.equal(checkpoints[0], checkpoints[1])
    assert.containsSubset((await read(workspace.id, job.id)).toJSON(), {
      state: 'succeeded',
      attempts: 2,
      error: null,
    })

    const other = await ordered(apiKey, workspace.id)
    gpu.failures = [{ ...crash, code: 'E_NAN_WEIGHTS', retryable: false }]
    await new RunJob().handle(message(), never())
    const failed = await read(workspace.id, other.id)
    assert.equal(failed.state, 'failed')
    assert.equal(failed.error?.code, 'E_NAN_WEIGHTS')
    assert.deepEqual(await credits(workspace.id), { available: 9, held: 0 })
  })

  test('a stop of the box is no failed attempt, and the same message goes on', async ({
    assert,
  }) => {
    const { apiKey, workspace } = await givenAWorkspace()
    const job = await ordered(apiKey, workspace.id)
    gpu.takesMs = 20_000
    const stopping = new AbortController()
    const id = message()
    const running = new RunJob().handle(id, stopping.signal)
    await until(async () => (await read(workspace.id, job.id)).progress > 0)
    stopping.abort()
    await assert.rejects(() => running)
    const left = await read(workspace.id, job.id)
    assert.containsSubset(left.toJSON(), { state: 'running', attempts: 0 })

    gpu.takesMs = 0
    await new RunJob().handle(id, never())
    assert.equal((await read(workspace.id, job.id)).state, 'succeeded')
  })

  test('priority first, then fair between workspaces, also with a thousand waiting', async ({
    client,
    assert,
  }) => {
    const many = await givenAWorkspace({ plans: { quantization: 'starter' } })
    const few = await givenAWorkspace({ plans: { quantization: 'starter' } })
    const pro = await givenAWorkspace({ plans: { quantization: 'pro' } })
    const model = await givenAModel(many.apiKey)
    await db.rawQuery(
      `insert into quantization_jobs (workspace_id, model_id, method)
       select :workspaceId, :modelId, 'int8' from generate_series(1, 1000)`,
      { workspaceId: many.workspace.id, modelId: model.id }
    )
    const fromFew = [
      await ordered(few.apiKey, few.workspace.id),
      await ordered(few.apiKey, few.workspace.id),
    ]
    const fromPro = await ordered(pro.apiKey, pro.workspace.id)

    const turns: string[] = []
    const began = performance.now()
    for (let turn = 0; turn < 5; turn++) turns.push((await claimJob(message()))!.workspaceId)
    const perClaimMs = (performance.now() - began) / 5
    assert.equal(turns[0], fromPro.workspaceId)
    assert.deepEqual(turns.slice(1), [
      many.workspace.id,
      few.workspace.id,
      many.workspace.id,
      few.workspace.id,
    ])
    assert.isBelow(perClaimMs, 200)
    assert.lengthOf(fromFew, 2)

    const page = await client.get('/api/v1/quantization/jobs').bearerToken(many.apiKey)
    assert.lengthOf(page.body().data, 50)
    assert.isString(page.body().nextCursor)
    await db.from('quantization_jobs').where('workspace_id', many.workspace.id).delete()
  })

  test('a rerun takes over what is not changed', async ({ client, assert }) => {
    const { apiKey, workspace } = await givenAWorkspace({ plans: { quantization: 'starter' } })
    const model = await givenAModel(apiKey)
    const first = await client
      .post('/api/v1/quantization/jobs')
      .bearerToken(apiKey)
      .json({ modelId: model.id, method: 'int8', options: { perChannel: true, reduceRange: true } })
    const again = await client
      .post(`/api/v1/quantization/jobs/${first.body().id}/rerun`)
      .bearerToken(apiKey)
      .json({ options: { reduceRange: false } })
    again.assertStatus(201)
    assert.containsSubset(again.body(), {
      rerunOf: first.body().id,
      options: { perChannel: true, reduceRange: false },
    })
    await cancelAll(workspace.id)
  })

  test('a program follows a job by its events', async ({ assert }) => {
    const { apiKey, workspace } = await givenAWorkspace()
    const job = await ordered(apiKey, workspace.id)
    const address = `http://${process.env.HOST}:${process.env.PORT}/api/v1/quantization/jobs/${job.id}/events`
    const stream = await fetch(address, { headers: { authorization: `Bearer ${apiKey}` } })
    assert.include(stream.headers.get('content-type') ?? '', 'text/event-stream')
    await new RunJob().handle(message(), never())
    const text = await stream.text()
    assert.match(text, /event: progress\ndata: .*"status":"queued"/)
    assert.match(text, /event: done\ndata: .*"status":"succeeded"/)
  }).timeout(10_000)

  async function ordered(apiKey: string, workspaceId: string): Promise<QuantizationJob> {
    const model = await givenAModel(apiKey)
    const { StartJob } = await import('#quantization')
    const started = await new StartJob().handle({
      workspaceId,
      modelId: model.id,
      method: 'int8',
      options: {},
      actor: { actorKind: 'system', actorId: null },
    })
    if (!started.ok) throw new Error(started.reason)
    return started.job
  }
})

function read(workspaceId: string, id: string): Promise<QuantizationJob> {
  return QuantizationJob.in(workspaceId).where('id', id).firstOrFail()
}

async function cancelAll(workspaceId: string): Promise<void> {
  for (const job of await QuantizationJob.in(workspaceId).preload('model')) await cancel(job)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('It did not happen')
}
