import { createHash } from 'node:crypto'
import { test } from '@japa/runner'
import { fromFloat32, toFloat32 } from '#gpu/llama/floats'
import { ggmlTypes, rowBytes, typeTraits, type GgmlTypeName } from '#gpu/llama/ggml_types'
import { dequantizeRows, dequantizeRowsAsync, quantizeRows } from '#gpu/llama/quantize_rows'
import { detectBackend } from '#gpu/llama/library'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Numerical Recipes' generator; golden vectors of facts/quantization.md 5.4 are made from it. */
function* lcg(seed: number) {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state
  }
}

const f = Math.fround

/** 4 rows of 512: cubes of noise, with a block of zeros and one of equal values. */
function goldenMatrix(): Float32Array {
  const random = lcg(1)
  const matrix = Float32Array.from({ length: 2048 }, () => {
    const u = f((random.next().value! >>> 8) / 8388608 - 1)
    return f(f(f(u * u) * u) * 0.125)
  })
  matrix.fill(0, 0, 32)
  matrix.fill(f(0.01), 64, 96)
  return matrix
}

function goldenImportance(): Float32Array {
  const random = lcg(2)
  return Float32Array.from({ length: 512 }, () =>
    f((random.next().value! >>> 8) / 16777216 + 0.001)
  )
}

/** Hashes of what ggml 0.21.0 built from source wrote. */
const GOLDEN: [GgmlTypeName, string, string | null][] = [
  ['Q4_0', 'fe78bd073c3660d4d4fa0cd6fd0390acc2fa1144f8db96394f05e62d040c7577', 'e58c6f43'],
  ['Q5_0', '4dce8040926f9bc90a6e90fd5f27988b0c73619684279999d866000ee92254aa', '37fc36b4'],
  ['Q8_0', 'ab803808e11d7cd54032c29c15e449a48df13f8b9513331420b78a8bb350bfd4', null],
  ['Q4_K', '851a585a5fa18e29169f15781287902d9c06d688ed0dd6de47d3693c2eb282ba', 'fe573963'],
  ['Q5_K', '7f35ecdfd1ec072cb162b037a4c1bc6e8a984b11920adf92d35809c44968aff0', '867bf980'],
  ['Q6_K', '23f17893f808d0dded97afb61a40964e66c6821fa4ee11229bb68ae34ec36665', '0f143c70'],
]

test.group('Rows of ggml types', () => {
  test('a backend is named with its reason and versions', ({ assert }) => {
    const backend = detectBackend()
    assert.oneOf(backend.name, ['cpu', 'cuda', 'vulkan', 'metal'])
    assert.isAbove(backend.reason.length, 10)
    assert.isAbove(backend.devices.length, 0)
    assert.equal(backend.versions['node-llama-cpp'], '3.21.1')
  })

  test('the table of types is the library’s', ({ assert }) => {
    for (const { id, name, blockElements, blockBytes, quantized } of Object.values(ggmlTypes)) {
      const own = typeTraits(id)
      assert.deepEqual(
        [own.typeName.toUpperCase(), own.blockElements, own.blockBytes, own.quantized],
        [name, blockElements, blockBytes, quantized]
      )
    }
  })

  test('{0} is byte for byte what ggml writes')
    .with(GOLDEN)
    .run(async ({ assert }, [type, plain, weighted]) => {
      const matrix = goldenMatrix()
      assert.equal(sha256(new Uint8Array(matrix.buffer)).slice(0, 12), '5bc77ef0f674')
      assert.equal(sha256(await quantizeRows(type, matrix, 512)), plain)
      if (weighted) {
        const bytes = await quantizeRows(type, matrix, 512, goldenImportance())
        assert.equal(sha256(bytes).slice(0, 8), weighted)
      }
    })

  test('{name} comes back close')
    .with(
      Object.values(ggmlTypes).filter(
        ({ name, quantized }) =>
          // The search tables of IQ1 and IQ2 take seconds to make.
          (quantized && !/^IQ[12]/.test(name)) || ['F32', 'F16', 'BF16'].includes(name)
      )
    )
    .run(async ({ assert }, { name, blockElements, blockBytes }) => {
      const type = name as GgmlTypeName
      const matrix = goldenMatrix()
      const bytes = await quantizeRows(type, matrix, 512, goldenImportance())
      assert.equal(bytes.length, 4 * rowBytes(type, 512))
      const back = dequantizeRows(type, bytes, 512)
      assert.deepEqual(await dequantizeRowsAsync(type, bytes, 512), back)
      let [error, power] = [0, 0]
      for (const [index, value] of matrix.entries()) {
        error += (back[index]! - value) ** 2
        power += value ** 2
      }
      // A bit more than what the fewest bits can keep of cubed noise.
      const bits = (8 * blockBytes) / blockElements
      assert.isBelow(Math.sqrt(error / power), bits < 2.7 ? 0.85 : bits < 4 ? 0.6 : 0.2)
    })

  test('stacked matrices have an importance each', async ({ assert }) => {
    const matrix = goldenMatrix()
    const [first, second] = [goldenImportance(), goldenImportance().reverse()]
    const both = new Float32Array([...first, ...second])
    const stacked = await quantizeRows('Q4_K', matrix, 512, both)
    const apart = [
      await quantizeRows('Q4_K', matrix.subarray(0, 1024), 512, first),
      await quantizeRows('Q4_K', matrix.subarray(1024), 512, second),
    ]
    assert.deepEqual(stacked, new Uint8Array(Buffer.concat(apart)))
  })

  test('what cannot be written says so', async ({ assert }) => {
    const matrix = goldenMatrix()
    await assert.rejects(() => quantizeRows('IQ2_XXS', matrix, 512), /importance matrix/)
    await assert.rejects(() => quantizeRows('Q4_K', matrix, 128), /whole blocks/)
    const aborted = AbortSignal.abort(new Error('stop'))
    await assert.rejects(
      () => quantizeRows('Q4_0', matrix, 512, undefined, { signal: aborted }),
      'stop'
    )
  })

  test('half precision rounds to nearest even', ({ assert }) => {
    const values = new Float32Array([
      0,
      1,
      -2.5,
      65504,
      1e6,
      2 ** -24,
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
    ])
    assert.deepEqual(
      [...fromFloat32(values, 'F16')],
      [0, 0x3c00, 0xc100, 0x7bff, 0x7c00, 1, 0x3c00, 0x3c02]
    )
    assert.deepEqual([...fromFloat32(new Float32Array([1, 1 + 2 ** -8]), 'BF16')], [0x3f80, 0x3f80])
    const bits = Uint16Array.of(0x3c00, 0xc100, 1)
    assert.deepEqual(toFloat32(bits, 'F16'), new Float32Array([1, -2.5, 2 ** -24]))
    assert.deepEqual(toFloat32(Uint16Array.of(0x3f80), 'BF16'), new Float32Array([1]))
  })
})
