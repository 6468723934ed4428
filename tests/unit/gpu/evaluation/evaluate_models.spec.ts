import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from '@japa/runner'
import { evaluateModels } from '#gpu/evaluation/evaluate_models'
import { quantizeGguf } from '#gpu/gguf/quantize_gguf'
import { silentContext } from '#gpu/shared/task'
import { writeTinyModel } from '#tests/helpers/tiny_gguf'

const DATA = resolve('..', 'shared', 'data')
const FOLDER = join(DATA, 'models', 'tiny-llama')
const TEXT = join(DATA, 'models', 'tiny-llama-heldout.txt')

test.group('Comparing two models', (group) => {
  let folder: string

  group.setup(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compare-'))
    return () => rm(folder, { recursive: true })
  })

  test('a trained model from its folder with its Q4_K_M', async ({ assert }) => {
    const out = join(folder, 'q4.gguf')
    const options = { type: 'Q4_K_M', importanceMatrix: 'never' as const }
    const checkpoint = join(folder, 'checkpoint')
    await quantizeGguf(
      { source: FOLDER, method: 'gguf', options, out, checkpoint },
      silentContext()
    )
    const order = { before: FOLDER, after: out, text: TEXT, limit: 4 }
    const result = await evaluateModels(order, silentContext())
    if (result.kind !== 'language') return assert.fail('compared as graphs')
    assert.isBelow(Math.abs(Math.log(result.perplexityAfter / result.perplexityBefore)), 0.05)
    assert.isBelow(result.klMean, 0.05)
    assert.isAbove(result.topTokenAgreement, 0.8)
    assert.isAbove(result.bytesBefore, 11_000_000)
    assert.isBelow(result.bytesAfter, 5_000_000)
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.includes('compare')),
      []
    )
  })
    .skip(!existsSync(FOLDER), 'needs the shared data')
    .timeout(30_000)

  test('a graph is not compared with a language model', async ({ assert }) => {
    const { path } = await writeTinyModel(join(folder, 'tiny.gguf'))
    const graph = join(folder, 'graph.onnx')
    await writeFile(graph, Buffer.from('080a', 'hex'))
    const order = { before: graph, after: path }
    await assert.rejects(() => evaluateModels(order, silentContext()), /cannot be compared/)
  })
})
