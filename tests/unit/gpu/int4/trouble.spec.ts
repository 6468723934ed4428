import { readdir, writeFile } from 'node:fs/promises'
import { test } from '@japa/runner'
import { openModel } from '#gpu/formats/open_model'
import type { CalibrateLayers } from '#gpu/int4/calibrate_layers'
import { checkMemory } from '#gpu/int4/check_memory'
import { dequantized } from '#gpu/int4/dequantized_source'
import { runInt4 } from '#gpu/int4/run_int4'
import type { QuantizeOptions } from '#gpu/protocol'
import { ModelError } from '#gpu/shared/errors'
import { silentContext, type TaskContext } from '#gpu/shared/task'
import { inThisThread, madeUpCalibration, tinyCheckpoint } from './tiny_checkpoint.js'

type Tiny = Awaited<ReturnType<typeof tinyCheckpoint>>

function quantize(
  tiny: Tiny,
  options: QuantizeOptions,
  calibrate: CalibrateLayers = madeUpCalibration(),
  context: TaskContext = silentContext(),
  method: 'gptq' | 'awq' = 'gptq'
) {
  const order = { source: tiny.folder, method, options, ...outputs(tiny) }
  return runInt4(order, context, calibrate, inThisThread)
}

const outputs = (tiny: Tiny) => ({ out: tiny.path('out'), checkpoint: tiny.path('checkpoint') })

async function refusal(work: Promise<unknown>): Promise<ModelError> {
  const error = await work.then(
    () => new Error('it went through'),
    (caught: unknown) => caught
  )
  if (error instanceof ModelError) return error
  throw error
}

test.group('INT4: what cannot be done', () => {
  test('groups that do not fill the rows are refused with the size that does', async ({
    assert,
    ...context
  }) => {
    const tiny = await tinyCheckpoint(context.test)
    const error = await refusal(quantize(tiny, { groupSize: 128 }))
    assert.equal(error.code, 'E_GROUP_SIZE')
    assert.equal(error.params.fitting, 64)
    assert.include(error.message, 'group size of 64')
  })

  test('options out of range, unknown architectures, models that are quantized already', async ({
    assert,
    ...context
  }) => {
    const tiny = await tinyCheckpoint(context.test)
    const odd = await refusal(quantize(tiny, { groupSize: 48 }))
    assert.equal(odd.code, 'E_OPTION_INVALID')
    assert.equal(odd.params.name, 'groupSize')
    const mamba = await tinyCheckpoint(context.test, { config: { model_type: 'mamba' } })
    const unknown = await refusal(quantize(mamba, { groupSize: 32 }))
    assert.equal(unknown.code, 'E_ARCHITECTURE_UNSUPPORTED')
    const again = { quantization_config: { quant_method: 'gptq' } }
    const twice = await tinyCheckpoint(context.test, { config: again })
    assert.equal((await refusal(quantize(twice, {}))).code, 'E_ALREADY_QUANTIZED')
  })

  test('too little memory is refused before the work', async ({ assert }) => {
    const linear = (role: 'q' | 'down', inputs: number, rows: number) => {
      return { module: role, role, inputs, outputs: rows, input: role, expert: null }
    }
    const linears = [linear('q', 4096, 4096), linear('down', 14_336, 4096)]
    const plan = { layers: [{ index: 0, linears, mappings: [] }], leftAlone: new Map() }
    checkMemory(plan, 3e9)
    const error = await refusal((async () => checkMemory(plan, 1e9))())
    assert.equal(error.code, 'E_OUT_OF_MEMORY')
    assert.deepEqual(error.params, { needed: '1.9', free: '1.0' })
  })

  test('NaN weights are named, nothing is left behind', async ({ assert, ...context }) => {
    const tiny = await tinyCheckpoint(context.test, {
      change: (name, values) => {
        if (name === 'model.layers.1.mlp.up_proj.weight') values[77] = Number.NaN
      },
    })
    for (const method of ['gptq', 'awq'] as const) {
      const work = quantize(tiny, { groupSize: 32 }, undefined, undefined, method)
      const error = await refusal(work)
      assert.equal(error.code, 'E_WEIGHTS_NOT_FINITE')
      assert.equal(error.params.module, 'model.layers.1.mlp.up_proj')
    }
    assert.deepEqual((await readdir(tiny.path('.'))).sort(), ['checkpoint', 'model'])
  })

  test('a layout that is not what it says is refused by the reader', async ({
    assert,
    ...context
  }) => {
    const tiny = await tinyCheckpoint(context.test, { layers: 1 })
    await quantize(tiny, { groupSize: 32 })
    const model = await openModel(tiny.path('out'))
    if (model.kind !== 'huggingface') return assert.fail('no config')
    const { source } = model
    const read = (settings: Record<string, unknown>) => () =>
      dequantized(source, { quantization_config: settings })
    assert.throws(read({ quant_method: 'awq', bits: 4 }), /qweight/)
    assert.throws(read({ quant_method: 'gptq', checkpoint_format: 'marlin' }), /marlin/)
    assert.throws(read({ quant_method: 'awq', version: 'gemv' }), /gemv/)
    assert.throws(read({ quant_method: 'bitsandbytes' }), /bitsandbytes/)
    assert.equal(dequantized(source, {}), source)
    await model.close()
  })
})

test.group('INT4: what is worked around', () => {
  test('singular, starved and NaN inputs fall back to rounding, and the report says so', async ({
    assert,
    ...context
  }) => {
    const tiny = await tinyCheckpoint(context.test, { layers: 1 })
    const calibrate = madeUpCalibration({
      change: (name, hessian) => {
        if (name.includes('attn_q')) hessian.fill(Number.NaN)
        if (name.includes('ffn_gate')) hessian.forEach((_, i) => (hessian[i] = i % 65 ? -1e6 : 1))
      },
    })
    for (const method of ['gptq', 'awq'] as const) {
      const { tensors, notes } = await quantize(
        tiny,
        { groupSize: 32 },
        calibrate,
        silentContext(),
        method
      )
      const code = (part: string) => tensors.find(({ name }) => name.includes(part))?.note?.code
      assert.equal(code('k_proj'), 'activations_not_finite')
      assert.isUndefined(code('down_proj'))
      if (method === 'gptq') assert.equal(code('up_proj'), 'singular_hessian')
      assert.include(
        notes.map((each) => each.code),
        'rounded_to_nearest'
      )
    }
    const starved = await quantize(tiny, { groupSize: 32 }, madeUpCalibration({ tokens: 20 }))
    assert.isTrue(starved.tensors.every(({ note }) => note?.code === 'too_few_tokens'))
  })

  test('channels without input: their weights go, the rest is solved', async ({
    assert,
    ...context
  }) => {
    const tiny = await tinyCheckpoint(context.test, { layers: 1 })
    const dead = [3, 40]
    const calibrate = madeUpCalibration({
      change: (_, hessian) => {
        const n = Math.sqrt(hessian.length)
        for (const c of dead) {
          for (let i = 0; i < n; i++) hessian[c * n + i] = hessian[i * n + c] = 0
        }
      },
    })
    const { tensors } = await quantize(tiny, { groupSize: 32 }, calibrate)
    assert.isTrue(tensors.every(({ note, loss }) => !note && Number.isFinite(loss)))
    const model = await openModel(tiny.path('out'))
    if (model.kind !== 'huggingface') return assert.fail('no config')
    const name = 'model.layers.0.mlp.down_proj.weight'
    const bytes = await dequantized(model.source, model.config).read(name)
    const weights = new Float32Array(bytes.slice().buffer)
    for (const c of dead) assert.equal(weights[5 * 128 + c], 0)
    await model.close()
  })

  test('more damping when the matrix needs it', async ({ assert, ...context }) => {
    const tiny = await tinyCheckpoint(context.test, { layers: 1 })
    const calibrate = madeUpCalibration({
      change: (_, hessian) => {
        const n = Math.sqrt(hessian.length)
        for (let i = 0; i < n; i++) {
          for (const c of [0, 1]) hessian[i * n + c] = hessian[c * n + i] = 0
        }
        hessian[0] = hessian[n + 1] = 100
        hessian[1] = hessian[n] = 110
      },
    })
    const { tensors } = await quantize(tiny, { groupSize: 32, dampPercent: 0.001 }, calibrate)
    assert.isTrue(tensors.every(({ damp }) => damp! > 0.001 && damp! < 1))
  })
})

test.group('INT4: interruptions', () => {
  test('goes on after the last finished layer; other options start anew', async ({
    assert,
    ...context
  }) => {
    const tiny = await tinyCheckpoint(context.test, { layers: 3 })
    const asked: number[][] = []
    const dying = (after: number): CalibrateLayers =>
      async function* (job, pending) {
        asked.push(pending.map((layer) => layer.index))
        let count = 0
        for await (const part of madeUpCalibration()(job, pending)) {
          if (count++ === after) throw new Error('killed')
          yield part
        }
      }
    await assert.rejects(() => quantize(tiny, { groupSize: 32 }, dying(2)), 'killed')
    // A layer that was being written when the process died does not count.
    await writeFile(tiny.path('checkpoint/int4/layer-00002.safetensors'), 'half')
    const result = await quantize(tiny, { groupSize: 32 }, dying(9))
    assert.deepEqual(asked, [[0, 1, 2], [2]])
    assert.equal(result.resumedTensors, 14)
    assert.lengthOf(result.tensors, 21)

    await assert.rejects(() => quantize(tiny, { groupSize: 32 }, dying(1)), 'killed')
    await assert.rejects(() => quantize(tiny, { groupSize: 64 }, dying(0)), 'killed')
    assert.deepEqual(asked.at(-1), [0, 1, 2])
  })

  test('a cancelled job stops at once and leaves no half result', async ({
    assert,
    ...context
  }) => {
    const tiny = await tinyCheckpoint(context.test)
    const controller = new AbortController()
    const fractions: number[] = []
    const task: TaskContext = {
      signal: controller.signal,
      report({ stage, fraction }) {
        fractions.push(fraction)
        if (stage === 'quantizing') controller.abort()
      },
    }
    const error = await quantize(tiny, { groupSize: 32 }, undefined, task).catch(
      (caught: unknown) => caught
    )
    assert.equal((error as Error).name, 'AbortError')
    assert.deepEqual(fractions, [...fractions].sort())
    assert.deepEqual((await readdir(tiny.path('.'))).sort(), ['checkpoint', 'model'])
  })
})
