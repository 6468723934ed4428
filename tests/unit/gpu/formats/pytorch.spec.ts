import { existsSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { openModel } from '#gpu/formats/open_model'
import { PytorchFile } from '#gpu/formats/pytorch/pytorch_file'
import { unpickle } from '#gpu/formats/pytorch/unpickle'
import { codeOf } from '#tests/helpers/models/code_of'
import { f32, rawSafetensors } from '#tests/helpers/models/raw_safetensors'
import { scratchFolder } from '#tests/helpers/models/scratch'
import { type TorchTensor, statePickle, torchZip } from '#tests/helpers/models/torch_zip'

const WEIGHTS = '../shared/data/weights'
const absent = !existsSync(WEIGHTS)

const DATA = Buffer.from(new Float32Array([0, 1, 2, 3, 4, 5]).buffer)

function matrix(changes: Partial<TorchTensor> = {}): TorchTensor {
  const dense = { shape: [2, 3], stride: [3, 1] }
  return { name: 'w', storage: 'FloatStorage', key: '0', count: 6, ...dense, ...changes }
}

function floats(bytes: Uint8Array): number[] {
  return [...new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)]
}

test.group('PyTorch', () => {
  test('views of one storage honour offset and strides', async ({ assert, ...context }) => {
    const path = join(scratchFolder(context.test), 'model.bin')
    const tensors = [
      matrix(),
      matrix({ name: 'transposed', shape: [3, 2], stride: [1, 3] }),
      matrix({ name: 'column', shape: [2], stride: [3], offset: 1 }),
      matrix({ name: 'row', shape: [1, 3], stride: [99, 1], offset: 3 }),
      matrix({ name: 'broadcast', shape: [4, 2], stride: [0, 1], offset: 4 }),
      matrix({ name: 'scalar', shape: [], stride: [], offset: 5 }),
      matrix({ name: 'none', shape: [0, 7], stride: [7, 1], offset: 6 }),
    ]
    await writeFile(path, await torchZip(statePickle(tensors), { 0: DATA }))
    const file = await PytorchFile.open(path)
    const read = async (name: string) => floats(await file.read(name))
    assert.deepEqual(await read('w'), [0, 1, 2, 3, 4, 5])
    assert.deepEqual(await read('transposed'), [0, 3, 1, 4, 2, 5])
    assert.deepEqual(await read('column'), [1, 4])
    assert.deepEqual(await read('row'), [3, 4, 5])
    assert.deepEqual(await read('broadcast'), [4, 5, 4, 5, 4, 5, 4, 5])
    assert.deepEqual(await read('scalar'), [5])
    assert.deepEqual(await read('none'), [])
    assert.deepEqual(floats(await file.read('transposed', 8, 20)), [1, 4, 2])
    await file.close()
  })

  test('a tensor that {0} is refused')
    .with([
      ['ends behind its storage', { shape: [2, 4], stride: [3, 1] }],
      ['starts behind its storage', { offset: 1 }],
      ['has a negative stride', { stride: [-3, 1] }],
      ['has a negative offset', { offset: -1 }],
      ['has more strides than sizes', { stride: [3, 1, 1] }],
      ['is a terabyte of one number', { shape: [2_000_000, 1_000_000], stride: [0, 0] }],
      ['has a storage that is not there', { key: '1' }],
      ['has a storage that is too short', { count: 7 }],
      ['has a storage of no known kind', { storage: 'float32' }],
    ] as [string, Partial<TorchTensor>][])
    .run(async ({ assert, ...context }, [, changes]) => {
      const path = join(scratchFolder(context.test), 'model.bin')
      await writeFile(path, await torchZip(statePickle([matrix(changes)]), { 0: DATA }))
      assert.equal(await codeOf(PytorchFile.open(path)), 'E_PYTORCH_INVALID')
    })

  test('code is named and refused, never run', ({ assert }) => {
    const cases: [string, string, string][] = [
      ['os.system', 'cos\nsystem\n(X\x02\0\0\0idtR.', 'E_PICKLE_FORBIDDEN'],
      ['builtins.eval', 'cbuiltins\neval\n.', 'E_PICKLE_FORBIDDEN'],
      ['torch.load', 'ctorch\nload\n.', 'E_PICKLE_FORBIDDEN'],
      ['torch.constructor', 'ctorch\nconstructor\n.', 'E_PICKLE_FORBIDDEN'],
      ['STACK_GLOBAL', 'X\x02\0\0\0osX\x06\0\0\0system\x93.', 'E_PICKLE_FORBIDDEN'],
      ['INST', '(ios\nsystem\n.', 'E_PICKLE_FORBIDDEN'],
      ['torch.FloatStorage', 'ctorch\nFloatStorage\n)R.', 'E_PICKLE_FORBIDDEN'],
    ]
    for (const [name, body, code] of cases) {
      try {
        unpickle(Buffer.from(`\x80\x02${body}`, 'latin1'))
        assert.fail(name)
      } catch (error) {
        assert.equal((error as { code?: string }).code, code, name)
        assert.equal((error as { params?: { name: string } }).params?.name, name)
      }
    }
  })

  test('dictionaries that contain each other end', async ({ assert, ...context }) => {
    const folder = scratchFolder(context.test)
    // Each of 40 dictionaries holds the one before it twice: 2^40 paths in 500 bytes.
    const doubling = Array.from({ length: 40 }, (_, i) => {
      const below = `h${String.fromCharCode(i)}`
      return `}(X\x01\0\0\0a${below}X\x01\0\0\0b${below}uq${String.fromCharCode(i + 1)}`
    })
    const pickles = [
      `\x80\x02}q\0X\x01\0\0\0ah\0s.`,
      `\x80\x02}q\0${doubling.join('')}.`,
      `\x80\x02]q\0h\0a.`,
    ]
    for (const pickle of pickles) {
      const path = join(folder, 'model.bin')
      await writeFile(path, await torchZip(Buffer.from(pickle, 'latin1'), {}))
      assert.equal(await codeOf(PytorchFile.open(path)), 'E_PYTORCH_INVALID')
    }
  })

  test('cut off anywhere, a file is refused', async ({ assert, ...context }) => {
    const path = join(scratchFolder(context.test), 'model.bin')
    const whole = await torchZip(statePickle([matrix()]), { 0: DATA })
    for (let length = 0; length < whole.length; length += 7) {
      await writeFile(path, whole.subarray(0, length))
      const code = await codeOf(PytorchFile.open(path))
      assert.oneOf(code, ['E_PYTORCH_INVALID', 'E_FILE_TRUNCATED'], `at ${length}`)
    }
  })

  test('compressed, doubled and foreign zips are refused', async ({ assert, ...context }) => {
    const path = join(scratchFolder(context.test), 'model.bin')
    const pickle = statePickle([matrix()])
    const big = { byteorder: Buffer.from('big') }
    const zips = [
      await torchZip(pickle, { 0: DATA }, big),
      await torchZip(pickle, { 0: DATA }, { xx: pickle }).then((zip) =>
        Buffer.from(zip.toString('latin1').replaceAll('archive/xx', 'a/data.pkl'), 'latin1')
      ),
      await torchZip(Buffer.alloc(0), { 0: DATA }),
      await torchZip(pickle, { 0: DATA }, { 'code/model.py': Buffer.from('exit()') }),
    ]
    for (const zip of zips) {
      await writeFile(path, zip)
      assert.equal(await codeOf(PytorchFile.open(path)), 'E_PYTORCH_INVALID')
    }
  })

  test('safetensors are preferred to pickles in the same folder', async ({
    assert,
    ...context
  }) => {
    const folder = scratchFolder(context.test)
    const pickle = statePickle([matrix({ name: 'old' })])
    await writeFile(join(folder, 'pytorch_model.bin'), await torchZip(pickle, { 0: DATA }))
    const codeless = await openModel(folder)
    assert.equal(codeless.kind, 'weights')
    await codeless.close()

    await writeFile(join(folder, 'model.safetensors'), rawSafetensors({ new: f32([1], 0, 4) }, 4))
    const model = await openModel(folder)
    if (model.kind !== 'weights') throw new Error(model.kind)
    assert.deepEqual([...model.source.tensors.keys()], ['new'])
    await model.close()
  })

  test('shards with an index are one model', async ({ assert, ...context }) => {
    const folder = scratchFolder(context.test)
    for (const [file, name] of [
      ['pytorch_model-00001-of-00002.bin', 'a'],
      ['pytorch_model-00002-of-00002.bin', 'b'],
    ]) {
      const pickle = statePickle([matrix({ name })])
      await writeFile(join(folder, file!), await torchZip(pickle, { 0: DATA }))
    }
    const byNames = await openModel(folder)
    if (byNames.kind !== 'weights') throw new Error(byNames.kind)
    assert.deepEqual([...byNames.source.tensors.keys()], ['a', 'b'])
    await byNames.close()

    const index = { weight_map: { a: 'pytorch_model-00001-of-00002.bin', c: 'gone.bin' } }
    await writeFile(join(folder, 'pytorch_model.bin.index.json'), JSON.stringify(index))
    assert.equal(await codeOf(openModel(folder)), 'E_SHARD_MISSING')
  })

  test('real files of every kind are read', async ({ assert }) => {
    const reader = join(WEIGHTS, 'burn/reader')
    for (const name of await readdir(reader)) {
      if (name === 'broken.pt') continue
      const file = await PytorchFile.open(join(reader, name))
      for (const tensor of file.tensors.values()) {
        assert.equal((await file.read(tensor.name)).length, tensor.bytes, name)
      }
      await file.close()
    }
    assert.equal(await codeOf(PytorchFile.open(join(reader, 'broken.pt'))), 'E_PYTORCH_INVALID')
  }).skip(absent, 'shared data is not here')

  test('real values are read as they were saved', async ({ assert }) => {
    const cases: [string, string, number[]][] = [
      ['float32.pt', 'tensor', [1, 2.5, Math.fround(-3.7), 0]],
      ['special_values.pt', 'tensor', [Number.NaN, Infinity, -Infinity, 0, 1]],
      ['tensor_2d.pt', 'tensor', [1, 2, 3, 4, 5, 6]],
      ['mixed_types.pt', 'float32', [1, 2]],
    ]
    for (const [name, tensor, values] of cases) {
      const file = await PytorchFile.open(join(WEIGHTS, 'burn/reader', name))
      assert.deepEqual(floats(await file.read(tensor)), values, name)
      await file.close()
    }
  }).skip(absent, 'shared data is not here')

  test('legacy and Fortran-ordered files hold what they should', async ({ assert }) => {
    const legacy = await PytorchFile.open(join(WEIGHTS, 'burn/reader/simple_legacy.pt'))
    assert.deepEqual([...legacy.tensors.keys()], ['weight', 'bias', 'running_mean'])
    await legacy.close()
    const fortran = await PytorchFile.open(join(WEIGHTS, 'candle/fortran_tensor_3d.pth'))
    const bytes = await fortran.read('tensor_fortran')
    const values = [...new BigInt64Array(bytes.buffer)].map(Number)
    assert.deepEqual(
      values,
      Array.from({ length: 24 }, (_, i) => i + 1)
    )
    await fortran.close()
  }).skip(absent, 'shared data is not here')

  test('real exploits are read by nobody', async ({ assert }) => {
    const folder = join(WEIGHTS, 'malicious_pickle')
    let forbidden = 0
    for (const name of await readdir(folder)) {
      // The two real models of the collection.
      if (name === 'pytorch_model.bin' || name === 'new_pytorch_model.bin') continue
      const code = await codeOf(PytorchFile.open(join(folder, name)))
      assert.oneOf(code, ['E_PICKLE_FORBIDDEN', 'E_PYTORCH_INVALID', 'E_FILE_TRUNCATED'], name)
      const bytes = await readFile(join(folder, name))
      try {
        unpickle(bytes)
      } catch (error) {
        if ((error as { code?: string }).code === 'E_PICKLE_FORBIDDEN') forbidden++
      }
    }
    assert.isAbove(forbidden, 10)
    const real = await PytorchFile.open(join(folder, 'pytorch_model.bin'))
    assert.equal(real.tensors.size, 38)
    await real.close()
  }).skip(absent, 'shared data is not here')
})
