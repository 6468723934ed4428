import { join } from 'node:path'
import { test } from '@japa/runner'
import { openGguf } from '#gpu/formats/gguf/open_gguf'
import { chooseTypes, type PlannedTensor } from '#gpu/gguf/choose_types'
import type { Importance } from '#gpu/gguf/convert_tensors'
import { FILE_TYPE_NAMES, type FileTypeName, readFileType } from '#gpu/gguf/file_types'
import { prepareGguf } from '#gpu/gguf/prepare_gguf'
import { quantizeGguf } from '#gpu/gguf/quantize_gguf'
import { writeGguf } from '#gpu/gguf/write_gguf'
import { quantizeModel } from '#gpu/llama/quantize_model'
import { silentContext } from '#gpu/shared/task'
import { codeOf } from '#tests/helpers/models/code_of'
import { scratchFolder } from '#tests/helpers/models/scratch'
import { type FamilyName, writeTinyHuggingFace } from '#tests/helpers/models/tiny_huggingface'

/** An F16 file of ours, whose rows divide into every block. */
async function halfPrecision(folder: string, family: FamilyName): Promise<string> {
  const source = join(folder, family)
  await writeTinyHuggingFace(source, family, { hidden: 256, feedForward: 256, layers: 1 })
  const out = join(folder, `${family}-f16.gguf`)
  await quantizeGguf(
    {
      source,
      method: 'gguf',
      options: { type: 'F16' },
      out,
      checkpoint: join(folder, 'checkpoint'),
    },
    silentContext()
  )
  return out
}

/** Names and bytes of tensors that are not the same in two files. */
async function differences(a: string, b: string): Promise<string[]> {
  const [ours, theirs] = [await openGguf(a), await openGguf(b)]
  const different: string[] = []
  if (String([...ours.tensors.keys()]) !== String([...theirs.tensors.keys()])) return ['order']
  for (const [name, { dtype }] of ours.tensors) {
    const same = Buffer.compare(await ours.read(name), await theirs.read(name)) === 0
    if (!same || theirs.tensors.get(name)?.dtype !== dtype) different.push(name)
  }
  await ours.close()
  await theirs.close()
  return different
}

function importanceFor(
  tensors: Iterable<PlannedTensor | { name: string; shape: readonly number[] }>
) {
  const weights = new Map<string, Float32Array>()
  for (const { name, shape } of tensors) {
    if (shape.length < 2 || !name.startsWith('blk.')) continue
    const length = shape.at(-1)! * (shape.length > 2 ? shape[0]! : 1)
    weights.set(
      name,
      Float32Array.from({ length }, (_, i) => 0.1 + ((i * 7919) % 101) / 50)
    )
  }
  return weights
}

async function compare(folder: string, f16: string, type: FileTypeName, withImportance: boolean) {
  const [ours, theirs] = [join(folder, 'ours.gguf'), join(folder, 'theirs.gguf')]
  const source = await openGguf(f16)
  const importance: Importance | undefined = withImportance
    ? importanceFor(source.tensors.values())
    : undefined
  const checkpoint = join(folder, 'checkpoint')
  const input = await prepareGguf(source)
  await writeGguf(input, { fileType: type, out: ours, checkpoint, importance }, silentContext())
  await source.close()
  await quantizeModel(f16, theirs, { type, importance }, silentContext())
  return differences(ours, theirs)
}

/** Some seconds of search in codebooks each; compared by hand when the library changes. */
const SLOW = new Set<FileTypeName>([
  'IQ1_S',
  'IQ1_M',
  'IQ2_XXS',
  'IQ2_XS',
  'IQ2_S',
  'IQ2_M',
  'IQ3_XS',
  'IQ3_S',
  'IQ3_M',
  'IQ3_XXS',
])
const NEEDS_IMPORTANCE = new Set<FileTypeName>(['Q2_K_S'])

test.group('GGUF types', () => {
  test('tensors are byte for byte those of llama_model_quantize, types of fixed blocks', async ({
    assert,
    test: running,
  }) => {
    const folder = scratchFolder(running)
    const f16 = await halfPrecision(folder, 'llama')
    for (const type of FILE_TYPE_NAMES.filter((name) => !SLOW.has(name))) {
      const withImportance = NEEDS_IMPORTANCE.has(type)
      assert.deepEqual(await compare(folder, f16, type, withImportance), [], type)
    }
  }).timeout(300_000)

  test('with an importance matrix too, also in mixtures of experts: {$self}')
    .with(['Q4_0', 'Q4_K_M', 'IQ4_XS'] as const)
    .run(async ({ assert, test: running }, type) => {
      const folder = scratchFolder(running)
      const f16 = await halfPrecision(folder, 'mixtral')
      assert.deepEqual(await compare(folder, f16, type, true), [])
    })
    .timeout(60_000)

  test('fused matrices and rows that do not divide', async ({ assert, test: running }) => {
    const folder = scratchFolder(running)
    const f16 = await halfPrecision(folder, 'gpt2')
    assert.deepEqual(await compare(folder, f16, 'Q4_K_M', false), [])
    const narrow = join(folder, 'narrow')
    await writeTinyHuggingFace(narrow, 'qwen3', { hidden: 96, feedForward: 80 })
    const out = join(folder, 'narrow.gguf')
    const order = { source: narrow, method: 'gguf' as const, options: { type: 'F16' }, out }
    await quantizeGguf({ ...order, checkpoint: join(folder, 'checkpoint') }, silentContext())
    for (const type of ['Q4_K_M', 'Q3_K_S', 'IQ4_XS'] as const) {
      assert.deepEqual(await compare(folder, out, type, false), [], type)
    }
  }).timeout(60_000)

  test('large models get the mixtures of their size', ({ assert }) => {
    const tensors = Array.from({ length: 80 }, (_, layer): PlannedTensor[] => [
      { name: `blk.${layer}.attn_v.weight`, shape: [1024, 8192], plainType: 'F32' },
      { name: `blk.${layer}.ffn_down.weight`, shape: [8192, 28_672], plainType: 'F32' },
      { name: `blk.${layer}.attn_norm.weight`, shape: [8192], plainType: 'F32' },
    ]).flat()
    const model = {
      architecture: 'llama',
      blockCount: 80,
      headCount: 64,
      headCountKv: 8,
      expertCount: 0,
    }
    const chosen = chooseTypes(tensors, {
      fileType: 'Q4_K_M',
      model,
      hasImportanceMatrix: false,
      overrides: [{ pattern: String.raw`^blk\.7\..*down`, type: 'q8_0' }],
    })
    const typeOf = (name: string) => chosen.find((tensor) => tensor.name === name)?.type
    assert.equal(typeOf('blk.0.attn_v.weight'), 'Q6_K')
    // Everywhere else Q4_K; a 70B model has few value weights and keeps more of each.
    assert.equal(typeOf('blk.11.attn_v.weight'), 'Q5_K')
    assert.equal(typeOf('blk.11.ffn_down.weight'), 'Q4_K')
    assert.equal(typeOf('blk.7.ffn_down.weight'), 'Q8_0')
    assert.equal(typeOf('blk.7.attn_norm.weight'), 'F32')
  })

  test('wrong types and patterns are explained', async ({ assert }) => {
    const choose = async (pattern: string, type: string) =>
      chooseTypes([], {
        fileType: readFileType('q4-k-m'),
        model: {
          architecture: 'llama',
          blockCount: 1,
          headCount: 1,
          headCountKv: 1,
          expertCount: 0,
        },
        hasImportanceMatrix: false,
        overrides: [{ pattern, type }],
      })
    assert.equal(await codeOf(choose('(', 'Q4_0')), 'E_OPTION_INVALID')
    assert.equal(await codeOf(choose('a', 'Q9_9')), 'E_OPTION_INVALID')
    assert.throws(() => readFileType('Q7'), /There is no GGUF type “Q7”/)
  })
})
