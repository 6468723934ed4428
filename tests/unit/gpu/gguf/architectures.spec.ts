import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { readJsonFile } from '#gpu/formats/model_files'
import { openModel } from '#gpu/formats/open_model'
import { findArchitecture } from '#gpu/gguf/architectures/find_architecture'
import { predictGgufBytes } from '#gpu/gguf/conversion_input'
import { prepareConversion, quantizeGguf } from '#gpu/gguf/quantize_gguf'
import { halfSplitRow } from '#gpu/gguf/row_reader'
import { loadModel } from '#gpu/llama/model'
import { silentContext } from '#gpu/shared/task'
import { codeOf } from '#tests/helpers/models/code_of'
import { scratchFolder } from '#tests/helpers/models/scratch'
import {
  FAMILY_NAMES,
  type FamilyName,
  type TinyOptions,
  writeTinyHuggingFace,
} from '#tests/helpers/models/tiny_huggingface'

interface Reference {
  ids: number[]
  logits: Record<FamilyName, number[]>
  text: string
  tokens: { bpe: number[]; spm: number[] }
}

const REFERENCE = JSON.parse(
  await readFile(new URL('../../../fixtures/gguf/reference_logits.json', import.meta.url), 'utf8')
) as Reference

async function convertTiny(folder: string, family: FamilyName, options?: TinyOptions) {
  const source = join(folder, `model-${family}`)
  await writeTinyHuggingFace(source, family, options)
  const out = join(folder, `${family}.gguf`)
  const order = { source, method: 'gguf' as const, options: { type: 'F32' }, out }
  const checkpoint = join(folder, 'checkpoint')
  return { source, out, result: await quantizeGguf({ ...order, checkpoint }, silentContext()) }
}

test.group('Hugging Face to GGUF, by architecture', (group) => {
  group.each.timeout(30_000)

  test('{$self} computes in llama.cpp what it computes in transformers')
    .with(FAMILY_NAMES)
    .run(async ({ assert, test: running }, family) => {
      const { out } = await convertTiny(scratchFolder(running), family)
      const model = await loadModel(out, { gpuLayers: 0 })
      const context = model.createContext({ contextTokens: 64 })
      await context.decode(Int32Array.from(REFERENCE.ids))
      const logits = context.logits().slice(0, 32)
      model.free()
      const expected = REFERENCE.logits[family]
      const distance = Math.hypot(...expected.map((value, i) => value - logits[i]!))
      // float32 against float32, but llama.cpp keeps keys and values in half precision.
      assert.isBelow(distance / Math.hypot(...expected), 3e-3)
    })

  test('text becomes the same tokens as with the model’s own tokenizer: {name}')
    .with([
      { name: 'byte-level BPE', family: 'qwen2', expected: REFERENCE.tokens.bpe },
      { name: 'SentencePiece', family: 'llama', expected: REFERENCE.tokens.spm },
    ] as const)
    .run(async ({ assert, test: running }, { family, expected }) => {
      const { out, result } = await convertTiny(scratchFolder(running), family)
      const model = await loadModel(out, { headerOnly: true })
      assert.deepEqual([...model.tokenize(REFERENCE.text)], expected)
      model.free()
      const codes = result.notes.map(({ code }) => code)
      assert.deepEqual(codes, family === 'qwen2' ? ['pre_tokenizer_matched'] : [])
    })

  test('the size is known to the byte before anything is written', async ({
    assert,
    test: running,
  }) => {
    const { source, result } = await convertTiny(scratchFolder(running), 'mixtral')
    const opened = await openModel(source)
    const input = await prepareConversion(opened)
    await opened.close()
    assert.equal(predictGgufBytes(input, { fileType: 'F32' }), result.bytesAfter)
    assert.equal(input.metadata.text('general.architecture'), 'llama')
    assert.equal(input.model.expertCount, 4)
  })

  test('rows of a head are interleaved for llama.cpp’s rotation', ({ assert }) => {
    const rows = Array.from({ length: 16 }, (_, row) => halfSplitRow(row, 8))
    assert.deepEqual(rows, [0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15])
  })

  test('what cannot be converted is named, with the way out', async ({ assert }) => {
    const refusal = (config: Record<string, unknown>) => {
      try {
        findArchitecture(config)
      } catch (error) {
        return (error as Error).message
      }
      return ''
    }
    assert.match(refusal({ architectures: ['MambaForCausalLM'] }), /Mamba.*Llama, Mistral.*ONNX/s)
    assert.match(refusal({ architectures: ['LlamaModel'], model_type: 'llama' }), /writes text/)
    assert.match(refusal({}), /does not name an architecture/)
    // A key of every object is no architecture.
    assert.match(refusal({ model_type: 'constructor' }), /cannot be converted/)
  })

  test('a configuration or tokenizer of another model is refused: {code}')
    .with([
      { code: 'E_CONFIG_MISMATCH', config: { num_hidden_layers: 1 } },
      { code: 'E_TENSOR_MISSING', config: { num_hidden_layers: 3 } },
      { code: 'E_CONFIG_MISMATCH', config: { hidden_size: 128 } },
      { code: 'E_TENSOR_SHAPE', config: { num_attention_heads: 7 } },
      { code: 'E_CONFIG_INVALID', config: { num_attention_heads: -4 } },
    ])
    .run(async ({ assert, test: running }, { code, config }) => {
      const folder = join(scratchFolder(running), 'other')
      await writeTinyHuggingFace(folder, 'llama')
      const path = join(folder, 'config.json')
      await writeFile(path, JSON.stringify({ ...(await readJsonFile(path)), ...config }))
      const opened = await openModel(folder)
      assert.equal(await codeOf(prepareConversion(opened)), code)
      await opened.close()
    })
})
