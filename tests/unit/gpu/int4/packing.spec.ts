import { test } from '@japa/runner'
import { packOutputs, unpackOutputs } from '#gpu/awq/pack'
import { gptqTensors, packSlice } from '#gpu/gptq/pack'
import { packAlongRows, packList, unpackList, unpackRow } from '#gpu/int4/pack_bits'
import { fromFloats, toFloats } from '#gpu/int4/weight_rows'

test.group('INT4 packing', () => {
  test('GPTQ packs eight inputs into a word, lowest first', ({ assert }) => {
    const words = new Uint32Array(1)
    packAlongRows(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7), 8, 1, 4, words, 1)
    assert.equal(words[0], 0x76543210)
  })

  test('AWQ packs eight outputs into a word, interleaved', ({ assert }) => {
    const words = new Uint32Array(1)
    packOutputs(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7), 1, words, 8, 0)
    assert.equal(words[0], 0x75316420)
    const back = new Uint8Array(8)
    unpackOutputs(words, 0, 8, back)
    assert.deepEqual([...back], [0, 1, 2, 3, 4, 5, 6, 7])
  })

  test('codes of 3 bits cross the borders of words', ({ assert }) => {
    const values = Uint8Array.from({ length: 32 }, (_, i) => (i * 5) % 8)
    const words = packList(values, 3)
    assert.lengthOf(words, 3)
    // AutoGPTQ: value 10 lies in the two highest bits of word 0 and the lowest of word 1.
    assert.equal(words[0]! >>> 30, values[10]! & 3)
    assert.equal(words[1]! & 1, values[10]! >> 2)
    assert.equal(words[1]! >>> 31, values[21]! & 1)
    assert.equal(words[2]! & 3, values[21]! >> 1)
    assert.deepEqual(unpackList(words, 3, 32), values)
  })

  test('every width comes back', ({ assert }) => {
    for (const bits of [2, 3, 4, 8]) {
      const [rows, width] = [64, 5]
      const values = Uint8Array.from({ length: rows * width }, (_, i) => (i * 37) % 2 ** bits)
      const words = new Uint32Array(((rows * bits) / 32) * width)
      packAlongRows(values, rows, width, bits, words, width)
      const row = new Uint8Array(width)
      for (let r = 0; r < rows; r++) {
        unpackRow(words, width, r, bits, row)
        assert.deepEqual(row, values.slice(r * width, (r + 1) * width))
      }
    }
  })

  test('a zero of 8 is stored as 7 in layout gptq and as 8 in gptq_v2', ({ assert }) => {
    for (const [stored, word] of [
      [1, 0x77777777],
      [0, 0x88888888],
    ] as const) {
      const tensors = gptqTensors({ inputs: 32, outputs: 64, groups: 1, bits: 4 })
      const grids = [{ scale: new Float32Array(32).fill(0.5), zero: new Float32Array(32).fill(8) }]
      const solution = { codes: new Uint8Array(32 * 32).fill(9), grids }
      const where = { first: 32, rows: 32, inputs: 32, outputs: 64 }
      packSlice(
        { ...solution, loss: 0, squaredError: 0, squaredNorm: 0 },
        tensors,
        where,
        4,
        stored
      )
      assert.deepEqual([...tensors.qzeros], [0, 0, 0, 0, word, word, word, word])
      assert.equal(tensors.scales[0], 0)
      assert.equal(tensors.scales[32], 0x3800) // 0.5 in float16
      assert.equal(tensors.qweight[32]!, 0x99999999)
    }
  })

  test('floats of 16 bits round to nearest even and never become infinite', ({ assert }) => {
    const values = Float32Array.of(1, -2.5, 1e6, -1e6, 1.00390625, 1.01171875)
    const half = toFloats(fromFloats(values, 'F16'), 'F16')
    assert.deepEqual([...half.slice(0, 4)], [1, -2.5, 65504, -65504])
    const brain = toFloats(fromFloats(values, 'BF16'), 'BF16')
    assert.deepEqual([...brain.slice(4)], [1, 1.015625])
  })
})
