import { test } from '@japa/runner'
import {
  addToRanges,
  areFinite,
  quantizeValues,
  scalesOf,
  startRanges,
  type Channels,
  type Target,
} from '#gpu/onnx/quantize_values'

const ONE: Channels = { channels: 1, inner: 1 }

function quantized(values: number[], target: Target, layout = ONE, split = values.length) {
  const weights = Float32Array.from(values)
  const parts = [weights.subarray(0, split), weights.subarray(split)]
  const ranges = startRanges(layout.channels)
  const out = target.type === 'int8' ? new Int8Array(values.length) : new Uint8Array(values.length)
  addToRanges(ranges, layout, parts[0]!, 0)
  addToRanges(ranges, layout, parts[1]!, split)
  const scales = scalesOf(ranges, target)
  const sums = { error: 0, weight: 0 }
  quantizeValues(parts[0]!, 0, layout, scales, out.subarray(0, split), sums)
  quantizeValues(parts[1]!, split, layout, scales, out.subarray(split), sums)
  return { q: [...out], scale: [...scales.scale], zeroPoint: [...scales.zeroPoint], ranges, sums }
}

const WEIGHTS = [-1.5, 0.25, 3.1, -0.02, 2.75, -2.2, 0, 1.1]

// From onnxruntime.quantization.quant_utils.quantize_data of ONNX Runtime 1.30.
const GOLDEN: [type: 'int8' | 'uint8', reduce: boolean, number, number, number[]][] = [
  ['int8', false, 0.024409448727965355, 0, [-61, 10, 127, -1, 113, -90, 0, 45]],
  ['int8', true, 0.04843749850988388, 0, [-31, 5, 64, 0, 57, -45, 0, 23]],
  ['uint8', false, 0.02078431472182274, 106, [34, 118, 255, 105, 238, 0, 106, 159]],
  ['uint8', true, 0.04173228517174721, 53, [17, 59, 127, 53, 119, 0, 53, 79]],
]

const UINT8: Target = { type: 'uint8', symmetric: false, reduceRange: false }
const INT8: Target = { type: 'int8', symmetric: true, reduceRange: false }

test.group('8-bit weights', () => {
  test('{0}, reduced range {1}: the numbers of ONNX Runtime')
    .with(GOLDEN)
    .run(({ assert }, [type, reduceRange, scale, zeroPoint, q]) => {
      const made = quantized(WEIGHTS, { type, symmetric: type === 'int8', reduceRange })
      assert.deepEqual(made.q, q)
      assert.deepEqual(made.scale, [scale])
      assert.deepEqual(made.zeroPoint, [zeroPoint])
    })

  test('zero is always exact, also when all values are on one side', ({ assert }) => {
    assert.deepEqual(quantized([2.5, 5], UINT8).q, [127, 255])
    const below = quantized([-3, -1], UINT8)
    assert.deepEqual([below.q, below.zeroPoint], [[0, 170], [255]])
  })

  test('values too small for a scale become zero', ({ assert }) => {
    assert.deepInclude(quantized([1e-40, 0], UINT8), { q: [0, 0], scale: [1], zeroPoint: [0] })
    assert.deepInclude(quantized([0, 0, 0], INT8), { q: [0, 0, 0], scale: [1] })
  })

  test('channels are columns or rows, and pieces may end anywhere', ({ assert }) => {
    const columns: Channels = { channels: 2, inner: 1 }
    const rows: Channels = { channels: 2, inner: 3 }
    for (let split = 0; split <= 6; split++) {
      const byColumn = quantized([1, 100, -2, 50, 0.5, -100], INT8, columns, split)
      assert.deepEqual(byColumn.q, [64, 127, -127, 64, 32, -127])
      const byRow = quantized([1, 2, 4, 100, -200, 50], INT8, rows, split)
      assert.deepEqual(byRow.q, [32, 64, 127, 64, -127, 32])
    }
  })

  test('NaN and infinity are noticed wherever they are', ({ assert }) => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      for (const layout of [ONE, { channels: 2, inner: 1 }, { channels: 2, inner: 2 }]) {
        assert.isFalse(areFinite(quantized([1, 2, 3, bad], UINT8, layout).ranges))
      }
    }
    assert.isTrue(areFinite(quantized([1, -2, 3e38, 4], UINT8).ranges))
  })

  test('the relative error is that of the weights', ({ assert }) => {
    const { q, scale, sums } = quantized(WEIGHTS, INT8)
    const error = q.reduce((sum, one, i) => sum + (WEIGHTS[i]! - one * scale[0]!) ** 2, 0)
    assert.closeTo(sums.error, error, 1e-6)
    assert.closeTo(
      sums.weight,
      WEIGHTS.reduce((sum, one) => sum + one * one, 0),
      1e-5
    )
  })
})
