import { existsSync } from 'node:fs'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { quantizeGguf } from '#gpu/gguf/quantize_gguf'
import { inspectModel } from '#gpu/inspection/inspect_model'
import { quantizeOnnx } from '#gpu/onnx/quantize_onnx'
import { silentContext } from '#gpu/shared/task'
import type { Inspection } from '#gpu/protocol'
import { codeOf } from '#tests/helpers/models/code_of'
import { rawGguf } from '#tests/helpers/models/raw_gguf'
import { rawOnnx } from '#tests/helpers/models/raw_onnx'
import { f32, rawSafetensors } from '#tests/helpers/models/raw_safetensors'
import { scratchFolder } from '#tests/helpers/models/scratch'
import { TINY_CONFIG, writeTinyLlama } from '#tests/helpers/models/tiny_llama'

const SHARED = '../shared/data'
const absent = !existsSync(SHARED)

function inspect(source: string): Promise<Inspection> {
  return inspectModel({ source }, silentContext())
}

function forecast(inspection: Inspection, method: string, type?: string) {
  const found = inspection.forecasts.find((one) => one.method === method && one.type === type)
  if (!found) throw new Error(`No forecast of ${method} ${type}`)
  return found
}

function codes(notes: { code: string }[]): string[] {
  return notes.map((one) => one.code)
}

test.group('Inspection', () => {
  test('a Hugging Face folder is described, priced and advised', async ({ assert, ...context }) => {
    const folder = await writeTinyLlama(join(scratchFolder(context.test), 'tiny'))
    await writeFile(join(folder, 'README.md'), '---\nlicense: apache-2.0\n---\n# Tiny\n')
    const found = await inspect(folder)
    assert.equal(found.format, 'safetensors')
    assert.equal(found.architecture, 'LlamaForCausalLM')
    assert.equal(found.name, 'tiny')
    assert.equal(found.licence, 'apache-2.0')
    assert.equal(found.contextLength, 256)
    assert.equal(found.tensorCount, 21)
    assert.equal(found.parameters * 2, found.dtypes.F16)
    assert.equal(found.tokenizer?.model, 'gpt2')
    assert.equal(found.tokenizer?.pre, 'gpt-2')
    assert.equal(found.tokenizer?.tokens, 258)
    assert.isNull(found.quantizedAlready)
    assert.deepInclude(found.recommendation, { method: 'gguf', type: 'Q8_0' })
    assert.isTrue(forecast(found, 'gguf', 'Q8_0').recommended)
    assert.isTrue(forecast(found, 'gptq').possible)
    assert.isFalse(forecast(found, 'int8').possible)
    assert.lengthOf(found.fits, 9)
    assert.deepEqual(found.fits[0]?.method, { method: 'gguf', type: 'Q8_0' })
    assert.deepEqual(codes(found.notes), [])
  })

  test('the sizes of GGUF files are exact', async ({ assert, ...context }) => {
    const scratch = scratchFolder(context.test)
    const source = await writeTinyLlama(join(scratch, 'tiny'))
    const found = await inspect(source)
    for (const type of ['Q4_0', 'Q4_K_M', 'Q8_0']) {
      const out = join(scratch, `${type}.gguf`)
      const checkpoint = join(scratch, 'work')
      await mkdir(checkpoint, { recursive: true })
      const order = { source, out, checkpoint, method: 'gguf', options: { type } } as const
      await quantizeGguf(order, silentContext())
      assert.equal(forecast(found, 'gguf', type).bytes, (await stat(out)).size, type)
      const again = await inspect(out)
      assert.equal(again.format, 'gguf')
      assert.equal(again.tokenizer?.pre, 'gpt-2')
      assert.equal(again.quantizedAlready, type === 'Q4_K_M' ? 'Q4_K' : type)
      assert.equal(forecast(again, 'awq').possible, false)
    }
  })

  test('what cannot be done is said, with a way out', async ({ assert, ...context }) => {
    const scratch = scratchFolder(context.test)
    const bert = { ...TINY_CONFIG, architectures: ['BertModel'], model_type: 'bert' }
    const unknown = await inspect(await writeTinyLlama(join(scratch, 'bert'), bert))
    assert.isNull(unknown.recommendation)
    const [gguf] = unknown.forecasts.filter((one) => one.method === 'gguf')
    assert.deepEqual(codes(gguf!.notes), ['E_ARCHITECTURE_UNSUPPORTED'])
    assert.match(gguf!.notes[0]!.message, /BertModel.*ONNX/)
    assert.deepEqual(codes(forecast(unknown, 'gptq').notes), ['int4_architecture_unsupported'])
    assert.deepEqual(codes(forecast(unknown, 'int8').notes), ['int8_needs_onnx'])
    assert.isTrue(unknown.fits.every((fit) => fit.method === null))

    const packed = { ...TINY_CONFIG, quantization_config: { quant_method: 'gptq', bits: 4 } }
    const quantized = await inspect(await writeTinyLlama(join(scratch, 'gptq'), packed))
    assert.equal(quantized.quantizedAlready, 'gptq, 4 bit')
    assert.isTrue(quantized.forecasts.every((one) => !one.possible))
    assert.isNull(quantized.recommendation)

    const mute = await writeTinyLlama(join(scratch, 'mute'))
    await rm(join(mute, 'tokenizer.json'))
    const silent = await inspect(mute)
    const [without] = silent.forecasts.filter((one) => one.method === 'gguf')
    assert.deepEqual(codes(without!.notes), ['E_TOKENIZER_MISSING'])

    const wrong = await writeTinyLlama(join(scratch, 'wrong'), {
      ...TINY_CONFIG,
      num_hidden_layers: 3,
    })
    const [mismatch] = (await inspect(wrong)).forecasts.filter((one) => one.method === 'gguf')
    assert.match(mismatch!.notes[0]!.code, /^E_/)
  })

  test('bare weights and broken ones are told apart', async ({ assert, ...context }) => {
    const path = join(scratchFolder(context.test), 'model.safetensors')
    const data = Buffer.from(new Float32Array([1, Number.NaN, 2]).buffer)
    await writeFile(path, rawSafetensors({ a: f32([3], 0, 12) }, data))
    const found = await inspect(path)
    assert.deepEqual(codes(found.notes), [
      'weights_not_finite',
      'config_missing',
      'licence_unknown',
    ])
    assert.isTrue(found.forecasts.every((one) => !one.possible))

    await writeFile(path, rawSafetensors({ a: f32([3], 0, 12) }, data).subarray(0, 60))
    assert.equal(await codeOf(inspect(path)), 'E_FILE_TRUNCATED')
    await writeFile(path, 'version https://git-lfs.github.com/spec/v1\n')
    assert.equal(await codeOf(inspect(path)), 'E_FORMAT_UNKNOWN')
  })

  test('a GGUF without weights or sense is described all the same', async ({
    assert,
    ...context
  }) => {
    const path = join(scratchFolder(context.test), 'vocabulary.gguf')
    await writeFile(path, rawGguf({ pairs: [['general.architecture', [8, 'llama']]] }))
    const found = await inspect(path)
    assert.equal(found.architecture, 'llama')
    assert.equal(found.tensorCount, 0)
    assert.isNull(found.recommendation)
  })

  test('an ONNX file is described, and the size of its INT8 form foretold', async ({
    assert,
    ...context
  }) => {
    const scratch = scratchFolder(context.test)
    const path = join(scratch, 'tiny.onnx')
    await writeFile(path, rawOnnx())
    const found = await inspect(path)
    assert.equal(found.format, 'onnx')
    assert.equal(found.licence, 'mit')
    assert.equal(found.graph?.opset, 13)
    assert.deepEqual(found.graph?.operators, { MatMul: 1 })
    assert.isTrue(forecast(found, 'int8').possible)
    assert.match(forecast(found, 'gguf').notes[0]!.message, /INT8/)
  })

  test('INT8 of real models has about the size that was foretold', async ({
    assert,
    ...context
  }) => {
    const scratch = scratchFolder(context.test)
    for (const name of ['nnsplit/en.onnx', 'gtcrn/gtcrn_simple.onnx', 'mnist/opt-mnist.onnx']) {
      const source = join(SHARED, 'onnx', name)
      const found = await inspect(source)
      const out = join(scratch, 'out.onnx')
      const checkpoint = join(scratch, 'work')
      await mkdir(checkpoint, { recursive: true })
      const order = { source, out, checkpoint, method: 'int8', options: {} } as const
      await quantizeOnnx(order, silentContext())
      const actual = (await stat(out)).size
      const foretold = forecast(found, 'int8').bytes ?? 0
      assert.closeTo(foretold, actual, Math.max(2048, actual * 0.05), name)
    }
  }).skip(absent, 'shared data is not here')

  test('every real model is inspected in a moment', async ({ assert }) => {
    const models = [
      'models/tiny-llama',
      'llm/tinyllm.gguf',
      'llm/ggml-vocab/ggml-vocab-llama-spm.gguf',
      'onnx/silero_vad/silero_vad.onnx',
      'onnx/external_data/add_with_external_data.onnx',
      'onnx/magika_v3_3',
      'onnx/tiny_random_gpt2_fp32',
      'onnx/tract/qlstm_3-2-3_T3_S1/model.onnx',
      'weights/burn/mnist.safetensors',
      'weights/burn/mnist.pt',
      'weights/malicious_pickle/pytorch_model.bin',
    ]
    for (const name of models) {
      const found = await inspect(join(SHARED, name))
      assert.isAtLeast(found.forecasts.length, 4, name)
      assert.isAbove(found.bytes, 0, name)
    }
    const exploit = inspect(join(SHARED, 'weights/malicious_pickle/pytorch_magic_bypass.pt'))
    assert.equal(await codeOf(exploit), 'E_PICKLE_FORBIDDEN')
  }).skip(absent, 'shared data is not here')
})
