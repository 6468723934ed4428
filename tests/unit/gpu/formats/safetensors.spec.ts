import { existsSync } from 'node:fs'
import { readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { SafetensorsFile } from '#gpu/formats/safetensors/safetensors_file'
import { type OutgoingTensor, writeSafetensors } from '#gpu/formats/safetensors/write_safetensors'
import { writeSafetensorsFolder } from '#gpu/formats/safetensors/write_safetensors_folder'
import { openModel } from '#gpu/formats/open_model'
import { codeOf } from '#tests/helpers/models/code_of'
import { f32, rawSafetensors } from '#tests/helpers/models/raw_safetensors'
import { scratchFolder } from '#tests/helpers/models/scratch'

const TINY_LLAMA = '../shared/data/models/tiny-llama'

function tensor(name: string, dtype: string, shape: number[], bytes: number[]): OutgoingTensor {
  return { name, dtype, shape, data: async () => Uint8Array.from(bytes) }
}

test.group('safetensors', () => {
  test('what is written is read, ordered and padded as the reference writer does', async ({
    assert,
    ...context
  }) => {
    const folder = scratchFolder(context.test)
    const path = join(folder, 'a.safetensors')
    const written = await writeSafetensors(path, [
      tensor('z', 'U8', [3], [1, 2, 3]),
      tensor('b', 'F32', [1], [0, 0, 128, 63]),
      tensor('a', 'F16', [2, 1], [5, 6, 7, 8]),
      tensor('a2', 'F32', [], [0, 0, 0, 64]),
      tensor('7', 'I64', [0, 4], []),
    ])

    assert.deepEqual(await readdir(folder), ['a.safetensors'])
    const bytes = await readFile(path)
    assert.equal(written.bytes, bytes.length)
    const headerBytes = Number(bytes.readBigUInt64LE(0))
    assert.equal(headerBytes % 8, 0)
    const header = JSON.parse(bytes.subarray(8, 8 + headerBytes).toString())
    assert.deepEqual(header['__metadata__'], { format: 'pt' })

    const file = await SafetensorsFile.open(path)
    assert.deepEqual([...file.tensors.keys()], ['7', 'a2', 'b', 'a', 'z'])
    assert.deepEqual([...(await file.read('a'))], [5, 6, 7, 8])
    assert.deepEqual([...(await file.read('z', 1, 2))], [2])
    assert.equal((await file.read('b')).byteOffset, 0)
    await assert.rejects(() => file.read('z', 0, 4), /has 3 bytes/)
    await file.close()
  })

  test('a tensor whose data has the wrong size leaves nothing behind', async ({
    assert,
    ...context
  }) => {
    const folder = scratchFolder(context.test)
    for (const bytes of [[1], [1, 2, 3, 4, 5]]) {
      const wrong = [tensor('a', 'F32', [1], bytes)]
      await assert.rejects(() => writeSafetensors(join(folder, 'x'), wrong), /bytes of data, not 4/)
    }
    assert.deepEqual(await readdir(folder), [])
  })

  test('shards with an index are one model', async ({ assert, ...context }) => {
    const folder = scratchFolder(context.test)
    const tensors = ['c', 'b', 'a'].map((name, i) => tensor(name, 'U8', [4], [i, i, i, i]))
    const written = await writeSafetensorsFolder(folder, tensors, { maxShardBytes: 8 })
    assert.deepEqual(
      written.map((file) => file.name),
      [
        'model-00001-of-00002.safetensors',
        'model-00002-of-00002.safetensors',
        'model.safetensors.index.json',
      ]
    )
    await writeFile(join(folder, 'config.json'), '{"model_type":"llama"}')

    for (const path of [folder, join(folder, 'model.safetensors.index.json')]) {
      const model = await openModel(path)
      if (model.kind !== 'huggingface') throw new Error(model.kind)
      assert.deepEqual([...model.source.tensors.keys()].sort(), ['a', 'b', 'c'])
      assert.deepEqual([...(await model.source.read('a'))], [2, 2, 2, 2])
      assert.equal(model.config.model_type, 'llama')
      await model.close()
    }
  })

  test('{0} is refused')
    .with([
      ['nothing at all', Buffer.alloc(0), 'E_FILE_TRUNCATED'],
      ['half a length', Buffer.alloc(7), 'E_FILE_TRUNCATED'],
      ['a huge header', rawHuge(), 'E_SAFETENSORS_HEADER'],
      ['a header longer than the file', rawSafetensors('{}').subarray(0, 9), 'E_FILE_TRUNCATED'],
      ['no JSON', rawSafetensors('hello'), 'E_SAFETENSORS_HEADER'],
      ['JSON that ends early', rawSafetensors('{"a":'), 'E_SAFETENSORS_HEADER'],
      ['text behind the JSON', rawSafetensors('{}{}'), 'E_SAFETENSORS_HEADER'],
      ['a list', rawSafetensors([]), 'E_SAFETENSORS_HEADER'],
      ['deep nesting', rawSafetensors('{"a":' + '['.repeat(1e6)), 'E_SAFETENSORS_HEADER'],
      ['bad UTF-8', rawBadUtf8(), 'E_SAFETENSORS_HEADER'],
      [
        'a name twice',
        rawSafetensors(
          '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
          2
        ),
        'E_SAFETENSORS_HEADER',
      ],
      [
        'a field twice',
        rawSafetensors('{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}', 1),
        'E_SAFETENSORS_HEADER',
      ],
      [
        'a missing field',
        rawSafetensors({ a: { dtype: 'F32', shape: [] } }),
        'E_SAFETENSORS_HEADER',
      ],
      ['a negative size', rawSafetensors({ a: f32([-1], 0, 4) }, 4), 'E_SAFETENSORS_HEADER'],
      ['a fraction', rawSafetensors({ a: f32([1.5], 0, 6) }, 6), 'E_SAFETENSORS_HEADER'],
      ['an enormous size', rawSafetensors({ a: f32([2 ** 60], 0, 4) }, 4), 'E_SAFETENSORS_HEADER'],
      [
        'sizes that overflow',
        rawSafetensors({ a: f32([2 ** 40, 2 ** 40], 0, 4) }, 4),
        'E_SAFETENSORS_TENSOR',
      ],
      [
        'an overlap',
        rawSafetensors({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8),
        'E_SAFETENSORS_OFFSETS',
      ],
      [
        'a hole',
        rawSafetensors({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12),
        'E_SAFETENSORS_OFFSETS',
      ],
      ['a hole at the start', rawSafetensors({ a: f32([1], 4, 8) }, 8), 'E_SAFETENSORS_OFFSETS'],
      [
        'offsets that run backwards',
        rawSafetensors({ a: f32([1], 4, 0) }, 4),
        'E_SAFETENSORS_OFFSETS',
      ],
      [
        'an unknown dtype',
        rawSafetensors({ a: { dtype: 'F33', shape: [1], data_offsets: [0, 4] } }, 4),
        'E_SAFETENSORS_TENSOR',
      ],
      [
        'a dtype of Object.prototype',
        rawSafetensors({ a: { dtype: 'constructor', shape: [1], data_offsets: [0, 4] } }, 4),
        'E_SAFETENSORS_TENSOR',
      ],
      [
        'half a byte',
        rawSafetensors({ a: { dtype: 'F4', shape: [3], data_offsets: [0, 1] } }, 1),
        'E_SAFETENSORS_TENSOR',
      ],
      [
        'another size than the shape',
        rawSafetensors({ a: f32([3], 0, 8) }, 8),
        'E_SAFETENSORS_TENSOR',
      ],
      ['data that ends early', rawSafetensors({ a: f32([2], 0, 8) }, 7), 'E_FILE_TRUNCATED'],
      ['bytes behind the data', rawSafetensors({ a: f32([2], 0, 8) }, 9), 'E_SAFETENSORS_TRAILING'],
    ] as [string, Buffer, string][])
    .run(async ({ assert, ...context }, [, bytes, code]) => {
      const path = join(scratchFolder(context.test), 'model.safetensors')
      await writeFile(path, bytes)
      assert.equal(await codeOf(SafetensorsFile.open(path)), code)
    })

  test('cut off at any byte, a file is refused', async ({ assert, ...context }) => {
    const path = join(scratchFolder(context.test), 'model.safetensors')
    const whole = rawSafetensors({ a: f32([2], 0, 8), b: f32([1], 8, 12) }, 12)
    for (let length = 0; length < whole.length; length += 5) {
      await writeFile(path, whole.subarray(0, length))
      assert.equal(await codeOf(SafetensorsFile.open(path)), 'E_FILE_TRUNCATED', `at ${length}`)
    }
  })

  test('a pointer of Git LFS is told from a model', async ({ assert, ...context }) => {
    const folder = scratchFolder(context.test)
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123\n'
    for (const name of ['model.safetensors', 'pytorch_model.bin', 'model.gguf']) {
      await writeFile(join(folder, name), pointer)
      assert.equal(await codeOf(openModel(folder)), 'E_LFS_POINTER', name)
      await rm(join(folder, name))
    }
  })

  test('scalars, empty tensors, a padded header and a “__proto__” are fine', async ({
    assert,
    ...context
  }) => {
    const path = join(scratchFolder(context.test), 'model.safetensors')
    const entries = { scalar: f32([], 0, 4), none: f32([0, 9], 4, 4) }
    const json = JSON.stringify(entries).replace('scalar', '__proto__') + '    '
    await writeFile(path, rawSafetensors(json, 4))
    const file = await SafetensorsFile.open(path)
    assert.deepEqual([...file.tensors.keys()], ['__proto__', 'none'])
    await file.close()
  })

  test('a shard or an index that lies is refused', async ({ assert, ...context }) => {
    const folder = scratchFolder(context.test)
    const index = (map: unknown) =>
      writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }))
    await writeFile(join(folder, 'one.safetensors'), rawSafetensors({ a: f32([1], 0, 4) }, 4))
    await writeFile(join(folder, 'two.safetensors'), rawSafetensors({ b: f32([1], 0, 4) }, 4))
    await writeFile(join(folder, 'twin.safetensors'), rawSafetensors({ a: f32([1], 0, 4) }, 4))

    await index({ a: 'one.safetensors', b: 'three.safetensors' })
    assert.equal(await codeOf(openModel(folder)), 'E_SHARD_MISSING')
    await index({ a: 'one.safetensors', c: 'two.safetensors' })
    assert.equal(await codeOf(openModel(folder)), 'E_INDEX_MISMATCH')
    await index({ a: 'one.safetensors', b: 'two.safetensors', c: 'two.safetensors' })
    assert.equal(await codeOf(openModel(folder)), 'E_INDEX_MISMATCH')
    await index({ a: 'one.safetensors', b: 'twin.safetensors' })
    assert.equal(await codeOf(openModel(folder)), 'E_INDEX_MISMATCH')
    for (const path of ['../one.safetensors', '/etc/passwd', 'sub/one.safetensors', '..', '', 7]) {
      await index({ a: path })
      assert.equal(await codeOf(openModel(folder)), 'E_INDEX_INVALID', String(path))
    }
    await index([])
    assert.equal(await codeOf(openModel(folder)), 'E_INDEX_INVALID')
  })

  test('a real model is read, and refused when it is cut short', async ({ assert, ...context }) => {
    const model = await openModel(TINY_LLAMA)
    if (model.kind !== 'huggingface') throw new Error(model.kind)
    assert.equal(model.source.tensors.size, 57)
    const norm = await model.source.read('model.norm.weight')
    assert.equal(norm.byteLength, 512)
    await model.close()

    const folder = scratchFolder(context.test)
    const path = join(folder, 'model.safetensors')
    const whole = await readFile(join(TINY_LLAMA, 'model.safetensors'))
    await writeFile(path, whole)
    for (const size of [whole.length - 1, whole.length - 4096, 7000, 6000, 100, 8, 4]) {
      await truncate(path, size)
      assert.equal(await codeOf(SafetensorsFile.open(path)), 'E_FILE_TRUNCATED', String(size))
    }
  }).skip(!existsSync(TINY_LLAMA), 'shared data is not here')
})

function rawHuge(): Buffer {
  const bytes = rawSafetensors('{}')
  bytes.writeBigUInt64LE(2n ** 63n)
  return bytes
}

function rawBadUtf8(): Buffer {
  const bytes = rawSafetensors('{"a":{}}')
  bytes[10] = 0xff
  return bytes
}
