import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { explainFailure } from '#gpu/llama/explain'
import { loadModel } from '#gpu/llama/model'
import { layersThatFit } from '#gpu/llama/offload'
import { quantizeModel } from '#gpu/llama/quantize_model'
import { silentContext } from '#gpu/shared/task'
import { writeTinyModel, type TinyModel } from '#tests/helpers/tiny_gguf'

test.group('Language models in llama.cpp', (group) => {
  let folder: string
  let tiny: TinyModel

  group.each.timeout(30_000)

  group.setup(async () => {
    folder = await mkdtemp(join(tmpdir(), 'model-'))
    tiny = await writeTinyModel(join(folder, 'tiny.gguf'), { embedding: 256, feedForward: 256 })
    return () => rm(folder, { recursive: true })
  })

  test('a model is loaded, cuts text and computes the same again', async ({ assert }) => {
    const fractions: number[] = []
    const model = await loadModel(tiny.path, { onProgress: (value) => fractions.push(value) })
    assert.deepEqual(
      [model.architecture, model.layers, model.contextTrained, model.vocabularySize, model.bos],
      ['llama', 2, 128, 259, 1]
    )
    assert.equal(fractions.at(-1), 1)
    const tokens = model.tokenize('Zoë', { special: true })
    assert.deepEqual(
      [...tokens],
      [1, ...Buffer.from('Zoë')].map((byte, i) => (i ? byte + 3 : 1))
    )
    assert.equal(model.detokenize(tokens.subarray(1)), 'Zoë')
    assert.isTrue(model.endsText(2))

    const context = model.createContext({ contextTokens: 128 })
    const runs: Float32Array[] = []
    for (const parts of [[tokens], [tokens.subarray(0, 2), tokens.subarray(2)]]) {
      context.clear()
      for (const part of parts) await context.decode(part, 'last')
      runs.push(context.logits().slice())
    }
    assert.lengthOf(runs[0]!, 259)
    for (const [i, logit] of runs[0]!.entries()) assert.closeTo(logit, runs[1]![i]!, 0.02)
    await context.decode(tokens, { from: 1 })
    assert.lengthOf(context.logits(), 4 * 259)
    model.free()
  })

  test('its header alone is enough for tokens', async ({ assert }) => {
    const header = await loadModel(tiny.path, { headerOnly: true })
    assert.deepEqual([header.contextTrained, header.layers], [128, 2])
    assert.lengthOf(header.tokenize('abc'), 3)
    header.free()
  })

  test('llama.cpp quantizes a whole file, tensor by tensor', async ({ assert }) => {
    const out = join(folder, 'q8.gguf')
    const items: string[] = []
    const context = { ...silentContext(), report: ({ item = '' }) => void items.push(item) }
    await quantizeModel(tiny.path, out, { type: 'Q8_0' }, context)
    const [before, after] = [await stat(tiny.path), await stat(out)]
    assert.isBelow(after.size / before.size, 0.3)
    assert.include(items, 'blk.1.ffn_down.weight')
    const again = () => quantizeModel(out, `${out}.2`, { type: 'Q4_0' }, silentContext())
    await assert.rejects(again, /quantized already/)

    const overrides = [{ pattern: 'ffn_down', type: 'F16' as const }]
    const importance = new Map([['blk.0.attn_q.weight', new Float32Array(256).fill(1)]])
    const mixed = join(folder, 'mixed.gguf')
    await quantizeModel(tiny.path, mixed, { type: 'Q8_0', overrides, importance }, silentContext())
    assert.isAbove((await stat(mixed)).size, after.size)
  })

  test('failures are explained', async ({ assert }) => {
    const file = join(folder, 'bad.gguf')
    await writeFile(file, 'no model')
    await assert.rejects(() => loadModel(file), /damaged or was cut off/)
    const lines = (text: string) => [{ level: 'error' as const, text }]
    const codeOf = (text: string) => explainFailure(lines(text), 'loading').code
    assert.equal(
      codeOf("error loading model: unknown model architecture: 'x'"),
      'E_UNSUPPORTED_ARCHITECTURE'
    )
    assert.equal(
      codeOf('ggml_backend_cuda_buffer_type_alloc_buffer: cudaMalloc failed: out of memory'),
      'E_OUT_OF_MEMORY'
    )
    assert.equal(codeOf("missing tensor 'blk.0.attn_q.weight'"), 'E_MODEL_INCOMPLETE')
    assert.equal(codeOf('something else'), 'E_MODEL_FAILED')
    const signal = AbortSignal.abort(new Error('stop'))
    await assert.rejects(() => loadModel(tiny.path, { signal }), 'stop')
  })

  test('layers go to the graphics card as far as they fit', ({ assert }) => {
    const size = { bytes: 33e9, layers: 32 }
    assert.equal(layersThatFit(size, 40e9), -1)
    assert.equal(layersThatFit(size, 12e9, 2e9), 10)
    assert.equal(layersThatFit(size, 1e9, 2e9), 0)
  })
})
