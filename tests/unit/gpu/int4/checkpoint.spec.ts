import { access, readFile, readdir } from 'node:fs/promises'
import { test } from '@japa/runner'
import { openModel } from '#gpu/formats/open_model'
import type { TensorSource } from '#gpu/formats/tensor_source'
import { dequantized } from '#gpu/int4/dequantized_source'
import { runInt4 } from '#gpu/int4/run_int4'
import { toFloats } from '#gpu/int4/weight_rows'
import type { QuantizeOptions } from '#gpu/protocol'
import { silentContext } from '#gpu/shared/task'
import { inThisThread, madeUpCalibration, SIZE, tinyCheckpoint } from './tiny_checkpoint.js'

type Tiny = Awaited<ReturnType<typeof tinyCheckpoint>>

function quantize(
  tiny: Tiny,
  method: 'gptq' | 'awq',
  options: QuantizeOptions = {},
  calibrate = madeUpCalibration(),
  workers: Parameters<typeof runInt4>[3] = inThisThread
) {
  const order = {
    source: tiny.folder,
    method,
    options: { groupSize: 32, ...options },
    out: tiny.path('out'),
    checkpoint: tiny.path('checkpoint'),
  }
  return runInt4(order, silentContext(), calibrate, workers)
}

async function floats(source: TensorSource, name: string): Promise<Float32Array> {
  return toFloats(await source.read(name), source.tensors.get(name)!.dtype)
}

test.group('GPTQ checkpoint', () => {
  test('has the layout and the config that loaders expect', async ({ assert, ...context }) => {
    const tiny = await tinyCheckpoint(context.test, { tied: true })
    const result = await quantize(tiny, 'gptq')
    const model = await openModel(tiny.path('out'))
    if (model.kind !== 'huggingface') return assert.fail('no config')
    const { hidden, middle } = SIZE
    const table = (name: string) => {
      const { dtype, shape } = model.source.tensors.get(`model.layers.1.mlp.down_proj.${name}`)!
      return [dtype, ...shape]
    }
    assert.deepEqual(table('qweight'), ['I32', middle / 8, hidden])
    assert.deepEqual(table('qzeros'), ['I32', middle / 32, hidden / 8])
    assert.deepEqual(table('scales'), ['F16', middle / 32, hidden])
    assert.deepEqual(table('g_idx'), ['I32', middle])
    const zeros = await model.source.read('model.layers.1.mlp.down_proj.qzeros')
    assert.isTrue(zeros.every((byte) => byte === 0x77))
    const groups = new Int32Array(
      (await model.source.read('model.layers.1.mlp.down_proj.g_idx')).slice().buffer
    )
    assert.deepEqual(
      [...groups],
      Array.from({ length: middle }, (_, i) => Math.floor(i / 32))
    )
    assert.isFalse(model.source.tensors.has('model.layers.1.mlp.down_proj.weight'))
    assert.equal(model.source.tensors.get('lm_head.weight')?.dtype, 'F16')
    assert.deepEqual(
      await model.source.read('lm_head.weight'),
      await model.source.read('model.embed_tokens.weight')
    )
    assert.containsSubset(model.config.quantization_config, {
      quant_method: 'gptq',
      bits: 4,
      group_size: 32,
      desc_act: false,
      sym: true,
      lm_head: false,
      checkpoint_format: 'gptq',
    })
    assert.equal(model.config.torch_dtype, 'float16')
    const own = JSON.parse(await readFile(tiny.path('out/quantize_config.json'), 'utf8'))
    assert.deepEqual(own, model.config.quantization_config)
    assert.deepEqual((await readdir(tiny.path('out'))).sort(), [
      'config.json',
      'model.safetensors',
      'quantize_config.json',
      'tokenizer.json',
    ])
    assert.lengthOf(result.tensors, 14)
    assert.isTrue(result.tensors.every(({ loss, damp }) => loss! > 0 && damp === 0.01))
    assert.isAbove(result.bytesBefore, 2 * result.bytesAfter)
    await model.close()
    await access(tiny.path('checkpoint/int4')).then(
      () => assert.fail('the checkpoint is left'),
      () => {}
    )
  })

  test('reads back close to the original, for every order, width and layout', async ({
    assert,
    ...context
  }) => {
    const tiny = await tinyCheckpoint(context.test, { layers: 1 })
    const variants: [QuantizeOptions, number][] = [
      [{}, 0.2],
      [{ actOrder: 'full', bits: 8 }, 0.012],
      [{ actOrder: 'static', symmetric: false }, 0.2],
      [{ actOrder: 'none', symmetric: false, format: 'gptq_v2', groupSize: -1 }, 0.2],
      [{ bits: 3, mse: true }, 0.4],
    ]
    for (const [options, limit] of variants) {
      const result = await quantize(tiny, 'gptq', options)
      const model = await openModel(tiny.path('out'))
      if (model.kind !== 'huggingface') return assert.fail('no config')
      const weights = dequantized(model.source, model.config)
      for (const { name, relativeError } of result.tensors) {
        const error = relativeDifference(tiny.weights.get(name)!, await floats(weights, name))
        assert.isBelow(error, limit, `${JSON.stringify(options)} ${name}`)
        assert.closeTo(error, relativeError!, 1e-4)
      }
      await model.close()
    }
  })
})

test.group('AWQ checkpoint', () => {
  test('has the layout, and computes the same function', async ({ assert, ...context }) => {
    const tiny = await tinyCheckpoint(context.test)
    const result = await quantize(tiny, 'awq')
    const model = await openModel(tiny.path('out'))
    if (model.kind !== 'huggingface') return assert.fail('no config')
    const { hidden, middle } = SIZE
    const down = 'model.layers.0.mlp.down_proj'
    const table = (name: string) => {
      const { dtype, shape } = model.source.tensors.get(`${down}.${name}`)!
      return [dtype, ...shape]
    }
    assert.deepEqual(table('qweight'), ['I32', middle, hidden / 8])
    assert.deepEqual(table('qzeros'), ['I32', middle / 32, hidden / 8])
    assert.deepEqual(table('scales'), ['F16', middle / 32, hidden])
    assert.isFalse(model.source.tensors.has(`${down}.g_idx`))
    assert.deepEqual(model.config.quantization_config, {
      quant_method: 'awq',
      bits: 4,
      group_size: 32,
      zero_point: true,
      version: 'gemm',
      modules_to_not_convert: null,
    })

    // Scales only move: norm · weight and up · down are what they were, but for the rounding.
    const weights = dequantized(model.source, model.config)
    const norm = await floats(weights, 'model.layers.0.input_layernorm.weight')
    const before = tiny.weights.get('model.layers.0.input_layernorm.weight')!
    assert.isAbove(relativeDifference(before, norm), 0.05)
    const query = 'model.layers.0.self_attn.q_proj.weight'
    const fold = (weight: Float32Array, factors: Float32Array) =>
      weight.map((value, i) => value * factors[i % hidden]!)
    const folded = fold(await floats(weights, query), norm)
    assert.isBelow(relativeDifference(fold(tiny.weights.get(query)!, before), folded), 0.15)

    const up = await floats(weights, 'model.layers.0.mlp.up_proj.weight')
    const norm2 = await floats(weights, 'model.layers.0.post_attention_layernorm.weight')
    const channel = (
      matrix: Float32Array,
      weight: Float32Array,
      norms: Float32Array,
      c: number
    ) => {
      let sum = 0
      for (let i = 0; i < hidden; i++) sum += matrix[c * hidden + i]! * norms[i]! * (i % 5)
      return sum * Math.hypot(...Array.from({ length: hidden }, (_, o) => weight[o * middle + c]!))
    }
    const name = (part: string) => tiny.weights.get(`model.layers.0.mlp.${part}_proj.weight`)!
    const old = tiny.weights.get('model.layers.0.post_attention_layernorm.weight')!
    const after = await floats(weights, `${down}.weight`)
    const products = (matrix: Float32Array, weight: Float32Array, norms: Float32Array) =>
      Float32Array.from({ length: middle }, (_, c) => channel(matrix, weight, norms, c))
    const expected = products(name('up'), name('down'), old)
    assert.isBelow(relativeDifference(expected, products(up, after, norm2)), 0.15)
    assert.isTrue(result.tensors.every(({ loss }) => loss! > 0))
    await model.close()
  })

  test('loses less output than rounding to nearest', async ({ assert, ...context }) => {
    const tiny = await tinyCheckpoint(context.test, { layers: 1 })
    const total = (tensors: { loss?: number }[]) => tensors.reduce((sum, t) => sum + t.loss!, 0)
    const plain = { duoScaling: false, gridSize: 1, clip: false }
    const nearest = await quantize(tiny, 'awq', plain)
    const found = await quantize(tiny, 'awq')
    assert.isBelow(total(found.tensors), 0.75 * total(nearest.tensors))
  })
})

function relativeDifference(a: Float32Array, b: Float32Array): number {
  let difference = 0
  let norm = 0
  for (const [i, value] of a.entries()) {
    difference += (value - b[i]!) ** 2
    norm += value ** 2
  }
  return Math.sqrt(difference / norm)
}
