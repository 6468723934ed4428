import { test } from '@japa/runner'
import {
  multiplyTransposed,
  multiplyTransposedSync,
  type Matrix,
  type Mode,
} from '#gpu/llama/matmul'

function random(rows: number, columns: number, stride = columns): Matrix {
  const data = Float32Array.from({ length: rows * stride }, (_, i) => Math.sin(i * 12.9898) * 0.5)
  return { data, rows, columns, stride }
}

function expected(a: Matrix, b: Matrix, out: Matrix, mode: Mode): Float32Array {
  const result = out.data.slice()
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let sum = 0
      for (let c = 0; c < a.columns; c++) {
        sum += a.data[i * a.stride! + c]! * b.data[j * b.stride! + c]!
      }
      const at = i * out.stride! + j
      result[at] = mode === 'set' ? sum : result[at]! + (mode === 'add' ? sum : -sum)
    }
  }
  return result
}

function farthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

test.group('Matrix products', () => {
  test('{mode}: {m} × {k} by {n} × {k}, in blocks of larger matrices too')
    .with([
      { mode: 'set', m: 5, n: 3, k: 7, gap: 0 },
      { mode: 'set', m: 300, n: 130, k: 64, gap: 9 },
      { mode: 'add', m: 40, n: 500, k: 33, gap: 4 },
      { mode: 'subtract', m: 130, n: 70, k: 128, gap: 16 },
      { mode: 'subtract', m: 1, n: 1, k: 1, gap: 0 },
    ] as const)
    .run(async ({ assert }, { mode, m, n, k, gap }) => {
      const [a, b] = [random(m, k, k + gap), random(n, k, k + gap)]
      const [out, again] = [random(m, n, n + gap), random(m, n, n + gap)]
      const right = expected(a, b, out, mode)
      await multiplyTransposed(a, b, out, { mode })
      assert.isBelow(farthest(out.data, right), 1e-5 * k)
      multiplyTransposedSync(a, b, again, mode)
      assert.isBelow(farthest(again.data, right), 1e-5 * k)
    })

  test('many at a time do not disturb each other', async ({ assert }) => {
    const [a, b] = [random(64, 96), random(48, 96)]
    const outs = Array.from({ length: 12 }, () => random(64, 48))
    await Promise.all(outs.map((out) => multiplyTransposed(a, b, out)))
    const right = expected(a, b, outs[0]!, 'set')
    for (const out of outs) assert.isBelow(farthest(out.data, right), 1e-3)
  })

  test('shapes that do not fit are refused, an abort stops it', async ({ assert }) => {
    const [a, b, out] = [random(2, 4), random(3, 4), random(2, 3)]
    await assert.rejects(() => multiplyTransposed(a, random(3, 5), out), /do not fit/)
    await assert.rejects(() => multiplyTransposed(a, b, random(3, 2)), /do not fit/)
    await assert.rejects(() => multiplyTransposed({ ...a, rows: 3 }, b, random(3, 3)), /do not fit/)
    const signal = AbortSignal.abort(new Error('stop'))
    await assert.rejects(() => multiplyTransposed(a, b, out, { signal }), 'stop')
  })
})
