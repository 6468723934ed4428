import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { QuantizationModel } from '#quantization'
import { grantDownload } from '#app/quantization/downloads/grant_download'
import { deleteModel } from '#app/quantization/services/delete_model'
import { ReadModel } from '#app/quantization/services/read_model'
import { RunJob } from '#app/quantization/services/run_job'
import { StartJob } from '#app/quantization/services/start_job'
import { jobFolder, modelFolder, uploadsFolder } from '#app/quantization/storage/paths'
import { safeFileName } from '#app/quantization/uploads/file_name'
import { addressOfBox, givenAModel, message } from '#tests/helpers/quantization/models'
import { ScriptedGpu } from '#tests/helpers/quantization/scripted_gpu'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const SYSTEM = { actorKind: 'system', actorId: null } as const
const never = () => new AbortController().signal

function tus(
  apiKey: string,
  method: string,
  path: string,
  more: RequestInit & { headers?: object }
) {
  return fetch(addressOfBox(path), {
    ...more,
    method,
    headers: { 'authorization': `Bearer ${apiKey}`, 'tus-resumable': '1.0.0', ...more.headers },
  })
}

async function begin(apiKey: string, name: string, bytes: number) {
  const filename = Buffer.from(name).toString('base64')
  const response = await tus(apiKey, 'POST', '/api/v1/models/uploads', {
    headers: { 'upload-length': String(bytes), 'upload-metadata': `filename ${filename}` },
  })
  return { status: response.status, address: response.headers.get('location') ?? '' }
}

function send(apiKey: string, address: string, offset: number, bytes: string) {
  return tus(apiKey, 'PATCH', address, {
    headers: {
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
    },
    body: bytes,
  })
}

test.group('Model uploads', (group) => {
  group.each.setup(async () => {
    await db.from('quantization_jobs').where('state', 'queued').update({ state: 'cancelled' })
    return new ScriptedGpu().install()
  })

  test('an interrupted upload goes on where it stopped; several files make a model', async ({
    client,
    assert,
  }) => {
    const { apiKey, workspace } = await givenAWorkspace()
    const { address, status } = await begin(apiKey, 'model.onnx', 10)
    assert.equal(status, 201)
    assert.match(address, /^\/api\/v1\/models\/uploads\/[\da-f-]{36}$/)
    assert.equal((await send(apiKey, address, 0, '01234')).status, 204)

    const asked = await tus(apiKey, 'HEAD', address, {})
    assert.equal(asked.headers.get('upload-offset'), '5')
    assert.equal((await send(apiKey, address, 3, 'xx')).status, 409)
    const id = address.split('/').at(-1)!
    const early = await client
      .post('/api/v1/models')
      .bearerToken(apiKey)
      .json({ uploads: [id] })
    early.assertStatus(422)
    assert.equal((await send(apiKey, address, 5, '56789')).status, 204)

    const data = await begin(apiKey, 'data/model.onnx_data', 3)
    await send(apiKey, data.address, 0, 'abc')
    const uploads = [id, data.address.split('/').at(-1)!]
    const created = await client.post('/api/v1/models').bearerToken(apiKey).json({ uploads })
    created.assertStatus(201)
    assert.containsSubset(created.body(), { name: 'model', status: 'reading', bytes: 13 })
    await new ReadModel().handle(
      { workspaceId: workspace.id, modelId: created.body().id },
      never(),
      true
    )
    const folder = modelFolder(created.body().id)
    assert.equal(await readFile(join(folder, 'model.onnx'), 'utf8'), '0123456789')
    assert.equal(await readFile(join(folder, 'data/model.onnx_data'), 'utf8'), 'abc')
    const shown = await client.get(`/api/v1/models/${created.body().id}`).bearerToken(apiKey)
    assert.containsSubset(shown.body(), { status: 'ready', format: 'onnx' })
    assert.notInclude(shown.text(), folder)
    // A used upload is not used again.
    const again = await client.post('/api/v1/models').bearerToken(apiKey).json({ uploads })
    again.assertStatus(422)
  })

  test('bad names, foreign uploads and too many bytes are refused', async ({ client, assert }) => {
    const mine = await givenAWorkspace()
    const strange = await givenAWorkspace()
    for (const name of ['../../etc/passwd', '.ssh/x', 'a\u0000b', '', 'a/b/c/d/e/f', '..\\x']) {
      assert.equal((await begin(mine.apiKey, name, 1)).status, 422, JSON.stringify(name))
      assert.isNull(safeFileName(name))
    }
    assert.equal((await begin(mine.apiKey, 'huge.gguf', 2 ** 52)).status, 413)
    const { address } = await begin(mine.apiKey, 'm.onnx', 4)
    assert.equal((await send(strange.apiKey, address, 0, 'x')).status, 404)
    assert.equal((await tus(strange.apiKey, 'HEAD', address, {})).status, 404)
    assert.equal((await tus(strange.apiKey, 'DELETE', address, {})).status, 404)
    assert.notEqual((await send(mine.apiKey, address, 0, 'too long')).status, 204)
    await send(mine.apiKey, address, 0, 'four')
    const uploads = [address.split('/').at(-1)!]
    const taken = await client.post('/api/v1/models').bearerToken(strange.apiKey).json({ uploads })
    taken.assertStatus(422)
    const given = await begin(mine.apiKey, 'gone.onnx', 4)
    assert.equal((await tus(mine.apiKey, 'DELETE', given.address, {})).status, 204)
    await assert.rejects(() => stat(join(uploadsFolder(), given.address.split('/').at(-1)!)))
    const nobody = await fetch(addressOfBox('/api/v1/models/uploads'), { method: 'POST' })
    assert.equal(nobody.status, 401)
  })

  test('files of a form, and a repository without a network', async ({ client, assert }) => {
    const { apiKey } = await givenAWorkspace()
    const form = await client
      .post('/api/v1/models')
      .bearerToken(apiKey)
      .file('file', Buffer.from('weights'), { filename: 'small.onnx' })
    form.assertStatus(201)
    assert.containsSubset(form.body(), { name: 'small', bytes: 7 })
    const hub = await client.post('/api/v1/models').bearerToken(apiKey).json({ repo: 'owner/name' })
    assert.containsSubset(hub.body(), { status: 'fetching', origin: 'hub' })
    for (const repo of ['http://10.0.0.1/x', 'a/../b', 'owner/name@x y', 'owner']) {
      const bad = await client.post('/api/v1/models').bearerToken(apiKey).json({ repo })
      bad.assertStatus(422)
    }
  })
})

test.group('Model downloads', (group) => {
  group.each.setup(async () => {
    await db.from('quantization_jobs').where('state', 'queued').update({ state: 'cancelled' })
    return new ScriptedGpu().install()
  })

  async function givenAResult() {
    const opened = await givenAWorkspace()
    const model = await givenAModel(opened.apiKey)
    const started = await new StartJob().handle({
      workspaceId: opened.workspace.id,
      modelId: model.id,
      method: 'int8',
      options: {},
      actor: SYSTEM,
    })
    if (!started.ok) throw new Error(started.reason)
    await new RunJob().handle(message(), never())
    return { ...opened, model, jobId: started.job.id }
  }

  test('links need no key, know ranges, zip on the fly and can be taken back', async ({
    client,
    assert,
  }) => {
    const { apiKey, jobId } = await givenAResult()
    const path = `/api/v1/quantization/jobs/${jobId}/downloads`
    const made = await client.post(path).bearerToken(apiKey)
    made.assertStatus(201)
    const { id, files, archiveUrl } = made.body()
    const file = files.find(({ name }: { name: string }) => name === 'tiny-int8.onnx')
    const whole = await fetch(addressOfBox(file.url))
    assert.equal(await whole.text(), 'a smaller model made by int8')
    assert.include(whole.headers.get('content-disposition') ?? '', 'tiny-int8.onnx')

    const range = (value: string, more = {}) =>
      fetch(addressOfBox(file.url), { headers: { range: value, ...more } })
    const part = await range('bytes=2-8')
    assert.equal(part.status, 206)
    assert.equal(part.headers.get('content-range'), 'bytes 2-8/28')
    assert.equal(await part.text(), 'smaller')
    assert.equal(await (await range('bytes=-4')).text(), 'int8')
    assert.equal((await range('bytes=99-')).status, 416)
    assert.equal((await range('bytes=2-8', { 'if-range': '"other"' })).status, 200)

    const zip = Buffer.from(await (await fetch(addressOfBox(archiveUrl))).arrayBuffer())
    assert.equal(zip.subarray(0, 2).toString(), 'PK')
    assert.include(zip.toString('latin1'), 'manifest.json')

    const forged = file.url.replace(/\/d\/(.{10})/, '/d/0000000000')
    assert.equal((await fetch(addressOfBox(forged))).status, 404)
    const revoked = await client.delete(`${path}/${id}`).bearerToken(apiKey)
    revoked.assertStatus(204)
    assert.equal((await fetch(addressOfBox(file.url))).status, 410)
  })

  test('the manifest is signed, and deleting the model deletes all files', async ({ assert }) => {
    const { workspace, jobId, model } = await givenAResult()
    const granted = await grantDownload(workspace.id, jobId, SYSTEM)
    if (!granted.ok) throw new Error(granted.reason)
    const { url } = granted.links.files.find(({ name }) => name === 'manifest.json')!
    const { manifest, signature } = (await (await fetch(addressOfBox(url))).json()) as {
      manifest: object
      signature: { value: string; publicKey: string }
    }
    const { verify } = await import('node:crypto')
    const check = (text: string) =>
      verify(null, Buffer.from(text), signature.publicKey, Buffer.from(signature.value, 'base64'))
    assert.isTrue(check(JSON.stringify(manifest)))
    assert.isFalse(check(JSON.stringify({ ...manifest, verdict: 'other' })))

    await deleteModel(workspace.id, model.id, SYSTEM)
    await assert.rejects(() => stat(jobFolder(jobId)))
    await assert.rejects(() => stat(modelFolder(model.id)))
    assert.equal((await fetch(addressOfBox(url))).status, 410)
    assert.isNotNull((await QuantizationModel.in(workspace.id).firstOrFail()).deletedAt)
  })
})
