import { test } from '@japa/runner'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import yazl from 'yazl'
import { QuantizationJob, QuantizationModel } from '#quantization'
import { ReadModel } from '#app/quantization/services/read_model'
import { RunJob } from '#app/quantization/services/run_job'
import { writeTinyLlama } from '#tests/helpers/models/tiny_llama'
import { scratchFolder } from '#tests/helpers/models/scratch'
import { addressOfBox, message } from '#tests/helpers/quantization/models'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const never = new AbortController().signal

/** Long enough for two windows of the comparison, short enough for a test. */
const TEXT = 'The shop by the lake opens at nine, and the boats go out after ten. '.repeat(20)

test.group('Quantization with the real engine', () => {
  test('a zipped folder becomes a proved GGUF, offered for the box to its operator only', async ({
    client,
    assert,
    test: current,
  }) => {
    const { apiKey, workspace, user } = await givenAWorkspace({
      plans: { quantization: 'starter' },
    })
    const folder = await writeTinyLlama(scratchFolder(current))
    await sendZip(apiKey, folder)
    const sent = await QuantizationModel.in(workspace.id).firstOrFail()
    await new ReadModel().handle({ workspaceId: workspace.id, modelId: sent.id }, never, true)
    const model = await QuantizationModel.in(workspace.id).firstOrFail()
    assert.containsSubset(model.serialize(), { state: 'ready', format: 'safetensors' })
    assert.equal(model.architecture, 'LlamaForCausalLM')

    const ordered = await client
      .post('/api/v1/quantization/jobs')
      .bearerToken(apiKey)
      .json({
        modelId: model.id,
        method: 'gguf',
        options: { type: 'Q8_0' },
        calibrationText: TEXT,
      })
    ordered.assertStatus(201)
    await new RunJob().handle(message(), never)
    const job = await QuantizationJob.in(workspace.id).firstOrFail()
    assert.containsSubset(job.serialize(), { state: 'succeeded', verdict: 'pass' })
    assert.equal(job.evaluation?.kind, 'language')
    assert.isAbove(job.result!.tensors.length, 15)

    const page = await client.get(`/quantization/jobs/${job.id}`).loginAs(user)
    assert.include(page.text(), 'blk.1.ffn_down.weight')
    assert.notInclude(page.text(), 'local-model')
    const use = () =>
      client.post(`/quantization/jobs/${job.id}/local-model`).loginAs(user).withCsrfToken()
    const refused = await use().redirects(0)
    refused.assertStatus(403)
    await user.merge({ isOperator: true }).save()
    const shown = await client.get(`/quantization/jobs/${job.id}`).loginAs(user)
    assert.include(shown.text(), 'local-model')
  }).timeout(60_000)
})

async function sendZip(apiKey: string, folder: string): Promise<void> {
  const zip = new yazl.ZipFile()
  for (const name of await readdir(folder)) zip.addFile(join(folder, name), `tiny/${name}`)
  zip.end()
  const sent = await fetch(addressOfBox('/api/v1/models?name=tiny.zip'), {
    method: 'POST',
    headers: { 'authorization': `Bearer ${apiKey}`, 'content-type': 'application/octet-stream' },
    body: await buffer(zip.outputStream as NodeJS.ReadableStream),
  })
  if (sent.status !== 201) throw new Error(await sent.text())
}
