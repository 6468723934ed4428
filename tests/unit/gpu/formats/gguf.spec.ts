import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { GgufFile } from '#gpu/formats/gguf/gguf_file'
import { openModel } from '#gpu/formats/open_model'
import { codeOf } from '#tests/helpers/models/code_of'
import { type RawGguf, rawGguf } from '#tests/helpers/models/raw_gguf'
import { scratchFolder } from '#tests/helpers/models/scratch'

const LLM = '../shared/data/llm'
const absent = !existsSync(LLM)

const Q4_0 = 2
const F32 = 0

/** Two tensors: 18 bytes of Q4_0, padded to 32, then 8 bytes of F32. */
const GOOD: RawGguf = {
  pairs: [
    ['general.architecture', [8, 'llama']],
    ['llama.block_count', [4, 2]],
    ['numbers', [9, [5, [1, -2, 3]]]],
    ['tokens', [9, [8, ['a', 'é', '']]]],
    ['flags', [9, [7, [true, false]]]],
    ['flag', [7, true]],
    ['big', [10, 2 ** 40]],
    ['small', [1, -5]],
    ['double', [12, 0.1]],
  ],
  tensors: [
    { name: 'a', ne: [32, 1], type: Q4_0, offset: 0 },
    { name: 'b', ne: [2], type: F32, offset: 32 },
  ],
  data: Uint8Array.from({ length: 40 }, (_, i) => i),
}

test.group('GGUF', () => {
  test('metadata, shapes and blocks are read', async ({ assert, ...context }) => {
    const path = join(scratchFolder(context.test), 'model.gguf')
    await writeFile(path, rawGguf(GOOD))
    const file = await GgufFile.open(path)
    assert.equal(file.metadata.text('general.architecture'), 'llama')
    assert.equal(file.metadata.number('llama.block_count'), 2)
    assert.equal(file.metadata.number('numbers'), 1)
    assert.equal(file.metadata.count('tokens'), 3)
    assert.deepEqual(file.metadata.entries.get('numbers')?.value, new Int32Array([1, -2, 3]))
    assert.deepEqual(file.metadata.entries.get('tokens')?.value, ['a', 'é', ''])
    assert.deepEqual(file.metadata.entries.get('flags')?.value, [true, false])
    assert.equal(file.metadata.number('big'), 2 ** 40)
    assert.equal(file.metadata.number('small'), -5)
    assert.equal(file.metadata.number('double'), 0.1)
    assert.deepEqual(file.tensors.get('a')?.shape, [1, 32])
    assert.equal(file.tensors.get('a')?.dtype, 'Q4_0')
    assert.deepEqual([...(await file.read('b'))], [32, 33, 34, 35, 36, 37, 38, 39])
    await file.close()
  })

  test('{0} is refused')
    .with([
      ['another magic', { ...GOOD, magic: 'GGML' }],
      ['version 1', { ...GOOD, version: 1 }],
      ['version 4', { ...GOOD, version: 4 }],
      ['a big-endian file', { ...GOOD, version: 3 << 24 }],
      ['a property without a name', { pairs: [['', [4, 1]]] }],
      [
        'a property twice',
        {
          pairs: [
            ['a', [4, 1]],
            ['a', [4, 1]],
          ],
        },
      ],
      ['a property of an unknown type', { pairs: [['a', [13, 1]]] }],
      ['a list of lists', { pairs: [['a', [9, [9, []]]]] }],
      ['a truth of 2', { pairs: [['a', [7, 2]]] }],
      ['an alignment of 0', { ...GOOD, pairs: [['general.alignment', [4, 0]]] }],
      ['an alignment of 24', { ...GOOD, pairs: [['general.alignment', [4, 24]]] }],
      ['an alignment as text', { ...GOOD, pairs: [['general.alignment', [8, '32']]] }],
      [
        'a tensor twice',
        { ...GOOD, tensors: [GOOD.tensors![0]!, { ...GOOD.tensors![1]!, name: 'a' }] },
      ],
      ['a tensor without a name', one({ name: '' })],
      ['a name of 64 bytes', one({ name: 'n'.repeat(64) })],
      ['a tensor without dimensions', one({ ne: [] })],
      ['five dimensions', one({ ne: [1, 1, 1, 1, 1] })],
      ['an unknown type', one({ type: 99 })],
      ['a removed type', one({ type: 4 })],
      ['half a block', one({ ne: [48], type: Q4_0 })],
      ['sizes that overflow', one({ ne: [2 ** 40, 2 ** 40] })],
      ['a tensor at the wrong place', one({ offset: 32 })],
      [
        'a gap between tensors',
        { ...GOOD, tensors: [GOOD.tensors![0]!, { ...GOOD.tensors![1]!, offset: 64 }], data: 80 },
      ],
      [
        'an overlap',
        { ...GOOD, tensors: [GOOD.tensors![0]!, { ...GOOD.tensors![1]!, offset: 0 }] },
      ],
      ['a million millions of tensors', { ...GOOD, tensorCount: 1e12 }],
      ['more properties than numbers', { ...GOOD, pairCount: 2n ** 64n - 1n }],
    ] as [string, RawGguf][])
    .run(async ({ assert, ...context }, [, file]) => {
      const path = join(scratchFolder(context.test), 'model.gguf')
      await writeFile(path, rawGguf(file))
      assert.equal(await codeOf(GgufFile.open(path)), 'E_GGUF_INVALID')
    })

  test('cut off anywhere, or promising more than it has, a file is refused', async ({
    assert,
    ...context
  }) => {
    const path = join(scratchFolder(context.test), 'model.gguf')
    const whole = rawGguf(GOOD)
    for (let length = 0; length < whole.length; length += 9) {
      await writeFile(path, whole.subarray(0, length))
      assert.equal(await codeOf(GgufFile.open(path)), 'E_FILE_TRUNCATED', `at ${length}`)
    }
    const list = rawGguf({ pairs: [['a', [9, [8, []]]]] })
    for (const count of [1000n, 2n ** 31n, 2n ** 52n]) {
      list.writeBigUInt64LE(count, 24 + 8 + 1 + 4 + 4)
      await writeFile(path, list)
      assert.equal(await codeOf(GgufFile.open(path)), 'E_FILE_TRUNCATED', String(count))
    }
  })

  test('the parts of a split model are one, and all of them are needed', async ({
    assert,
    ...context
  }) => {
    const folder = scratchFolder(context.test)
    const part = (no: number, name: string) => {
      const split = [
        ['split.no', [2, no]],
        ['split.count', [2, 2]],
        ['split.tensors.count', [5, 2]],
      ] as RawGguf['pairs']
      return rawGguf({ ...one({ name, ne: [2] }), pairs: split, data: 8 })
    }
    const first = join(folder, 'm-00001-of-00002.gguf')
    const second = join(folder, 'm-00002-of-00002.gguf')
    await writeFile(first, part(0, 'a'))
    assert.equal(await codeOf(openModel(folder)), 'E_SHARD_MISSING')
    await writeFile(second, part(1, 'b'))
    for (const path of [folder, first, second]) {
      const model = await openModel(path)
      if (model.kind !== 'gguf') throw new Error(model.kind)
      assert.deepEqual([...model.source.tensors.keys()], ['a', 'b'])
      assert.lengthOf(model.files, 2)
      await model.close()
    }
    await writeFile(second, part(0, 'b'))
    assert.equal(await codeOf(openModel(first)), 'E_GGUF_INVALID')
    await writeFile(second, part(1, 'a'))
    assert.equal(await codeOf(openModel(first)), 'E_GGUF_INVALID')
  })

  test('real files are read', async ({ assert }) => {
    for (const name of await readdir(join(LLM, 'ggml-vocab'))) {
      if (!name.endsWith('.gguf')) continue
      const file = await GgufFile.open(join(LLM, 'ggml-vocab', name))
      assert.isAbove(file.metadata.count('tokenizer.ggml.tokens') ?? 0, 30_000, name)
      await file.close()
    }
    const model = await openModel(join(LLM, 'tinyllm.gguf'))
    if (model.kind !== 'gguf') throw new Error(model.kind)
    assert.equal(model.source.metadata.text('general.architecture'), 'llama')
    assert.isAbove(model.source.tensors.size, 40)
    for (const { name, bytes } of model.source.tensors.values()) {
      assert.lengthOf(await model.source.read(name), bytes)
    }
    await model.close()
  }).skip(absent, 'shared data is not here')
})

function one(changes: Partial<NonNullable<RawGguf['tensors']>[number]>): RawGguf {
  return { tensors: [{ name: 'a', ne: [32], type: F32, offset: 0, ...changes }], data: 256 }
}
