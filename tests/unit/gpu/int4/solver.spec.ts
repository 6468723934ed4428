import { test } from '@japa/runner'
import { cholesky, NotPositiveDefinite } from '#gpu/linalg/cholesky'
import { Gemm, matrix, rowsOf, type Matrix } from '#gpu/linalg/gemm'
import { columnOrder } from '#gpu/gptq/column_order'
import { solveSlice, type SliceProblem } from '#gpu/gptq/solve_slice'
import { SeededRandom } from '#shared/random'
import { lowerCholesky, naiveGptq } from './naive_gptq.js'

const gemm = new Gemm()

test.group('Linear algebra', () => {
  test('factorizes a permuted matrix, whatever its size', async ({ assert }) => {
    for (const n of [5, 64, 130, 300]) {
      const h = hessian(n, 2 * n, 7)
      const order = Uint32Array.from({ length: n }, (_, i) => (i * 11) % n)
      const damp = 0.25
      const factor = await cholesky(gemm, h, n % 11 ? order : identity(n), damp)
      const permuted = toRows(h)
      const used = n % 11 ? order : identity(n)
      const expected = lowerCholesky(
        [...used].map((i, a) => [...used].map((j, b) => permuted[i]![j]! + (a === b ? damp : 0)))
      )
      let worst = 0
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          const p = Math.floor(j / factor.width)
          const panel = factor.panels[p]!
          const at = (i - p * factor.width) * panel.columns + j - p * factor.width
          worst = Math.max(worst, Math.abs(panel.data[at]! - expected[i]![j]!))
        }
      }
      assert.isBelow(worst, 1e-3)
    }
  })

  test('says where a matrix stops being positive definite, also for NaN', async ({ assert }) => {
    for (const poison of [-1, Number.NaN, Infinity]) {
      const h = hessian(200, 400, 3)
      h.data[150 * 200 + 150] = poison
      const error = await cholesky(gemm, h, identity(200), 0).catch((caught: unknown) => caught)
      assert.instanceOf(error, NotPositiveDefinite)
      assert.equal((error as NotPositiveDefinite).row, 150)
    }
  })
})

test.group('GPTQ solver', () => {
  test('finds what the column-by-column algorithm finds', async ({ assert }) => {
    for (const [n, groupSize] of [
      [64, 32],
      [192, 64],
    ] as const) {
      const h = hessian(n, 2 * n, n)
      const rows = 24
      const weights = random(n, rows, 5)
      const damp = 0.01 * mean(diagonal(h))
      const naive = naiveGptq(toRows(weights, true), toRows(h), { bits: 4, groupSize, damp })
      const solution = await solve(weights, h, damp, { groupSize })
      const found = dequantize(solution, n, rows, groupSize)
      let different = 0
      for (let c = 0; c < n; c++) {
        for (let o = 0; o < rows; o++) {
          if (Math.abs(naive[o]![c]! - found.data[c * rows + o]!) > 1e-5) different++
        }
      }
      // float32 against float64: a value halfway between two codes may fall on the other side.
      assert.isBelow(different / (n * rows), 0.01)
      const loss = outputError(weights, found, h, damp)
      assert.closeTo(solution.loss / loss, 1, 1e-3)
      const nearest = await solve(weights, null, 0, { groupSize })
      const rounded = outputError(weights, dequantize(nearest, n, rows, groupSize), h, damp)
      assert.isBelow(loss, 0.8 * rounded)
    }
  })

  test('every order of columns beats rounding to nearest; codes stay in range', async ({
    assert,
  }) => {
    const n = 256
    const rows = 32
    const h = hessian(n, 3 * n, 21)
    const weights = random(n, rows, 9)
    const damp = 0.01 * mean(diagonal(h))
    for (const bits of [3, 4, 8] as const) {
      for (const symmetric of [true, false]) {
        const nearest = await solve(weights, null, 0, { bits, symmetric, groupSize: 64 })
        const base = outputError(weights, dequantize(nearest, n, rows, 64), h, damp)
        for (const actOrder of ['none', 'group', 'static', 'full'] as const) {
          const columns = columnOrder(diagonal(h), actOrder, 64)
          const solution = await solve(weights, h, damp, {
            bits,
            symmetric,
            groupSize: 64,
            columns,
            fixedGroups: actOrder === 'static',
            groupsByOrder: actOrder === 'full',
          })
          const group = new Uint32Array(n)
          columns.forEach((c, t) => (group[c] = Math.floor((actOrder === 'full' ? t : c) / 64)))
          const found = dequantize(solution, n, rows, 64, group)
          const loss = outputError(weights, found, h, damp)
          assert.isBelow(loss, base * 0.75, `${bits} ${symmetric} ${actOrder}`)
          assert.closeTo(solution.loss / loss, 1, 0.02)
          assert.isTrue(solution.codes.every((code) => code < 2 ** bits))
          if (!symmetric) assert.isTrue(solution.grids.every((g) => g.zero.every((z) => z >= 1)))
        }
      }
    }
  })

  test('one group per row, and dead columns', async ({ assert }) => {
    const n = 320
    const h = hessian(n, 2 * n, 2)
    for (let i = 0; i < n; i++) h.data[i * n + 7] = h.data[7 * n + i] = 0
    h.data[7 * n + 7] = 1
    const weights = random(n, 16, 4)
    weights.data.fill(0, 7 * 16, 8 * 16)
    const solution = await solve(weights, h, 0.5, { groupSize: n, fixedGroups: true })
    assert.lengthOf(solution.grids, 1)
    assert.isTrue(solution.codes.subarray(7 * 16, 8 * 16).every((code) => code === 8))
  })
})

async function solve(
  weights: Matrix,
  h: Matrix | null,
  damp: number,
  options: Partial<SliceProblem>
) {
  const columns = options.columns ?? identity(weights.rows)
  const factor = h && (await cholesky(gemm, h, columns.slice().reverse(), damp))
  return solveSlice(gemm, {
    bits: 4,
    symmetric: true,
    lowestZero: 1,
    mse: false,
    groupSize: 64,
    fixedGroups: false,
    groupsByOrder: false,
    ...options,
    columns,
    factor,
    weights: matrix(weights.data.slice(), weights.rows, weights.columns),
  })
}

function dequantize(
  { codes, grids }: Awaited<ReturnType<typeof solve>>,
  n: number,
  rows: number,
  groupSize: number,
  group?: Uint32Array
): Matrix {
  const data = new Float32Array(n * rows)
  for (let c = 0; c < n; c++) {
    const { scale, zero } = grids[group ? group[c]! : Math.floor(c / groupSize)]!
    for (let o = 0; o < rows; o++) {
      data[c * rows + o] = (codes[c * rows + o]! - zero[o]!) * scale[o]!
    }
  }
  return matrix(data, n, rows)
}

/** tr((W−Ŵ)(H + damp)(W−Ŵ)ᵀ) */
function outputError(w: Matrix, q: Matrix, h: Matrix, damp: number): number {
  let total = 0
  for (let o = 0; o < w.columns; o++) {
    const error = Float64Array.from({ length: w.rows }, (_, c) => {
      return w.data[c * w.columns + o]! - q.data[c * w.columns + o]!
    })
    for (let i = 0; i < w.rows; i++) {
      let sum = damp * error[i]!
      for (let j = 0; j < w.rows; j++) sum += h.data[i * w.rows + j]! * error[j]!
      total += error[i]! * sum
    }
  }
  return total
}

/** XᵀX of correlated inputs with some strong channels. */
function hessian(n: number, tokens: number, seed: number): Matrix {
  const generator = new SeededRandom(seed)
  const next = () => generator.next()
  const gain = Float32Array.from({ length: n }, () => 0.2 + 3 * next() ** 4)
  const h = matrix(new Float32Array(n * n), n, n)
  for (let t = 0; t < tokens; t++) {
    const common = next() - 0.5
    const x = Float32Array.from({ length: n }, (_, i) => gain[i]! * (next() - 0.5 + common))
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) h.data[i * n + j]! += x[i]! * x[j]!
  }
  return h
}

function random(rows: number, columns: number, seed: number): Matrix {
  const generator = new SeededRandom(seed)
  const next = () => generator.next()
  const data = Float32Array.from({ length: rows * columns }, () => next() + next() - 1)
  return matrix(data, rows, columns)
}

function toRows(m: Matrix, transposed = false): number[][] {
  const rows = Array.from({ length: m.rows }, (_, i) => [...rowsOf(m, i, i + 1).data])
  return transposed ? rows[0]!.map((_, o) => rows.map((row) => row[o]!)) : rows
}

const identity = (n: number) => Uint32Array.from({ length: n }, (_, i) => i)
const diagonal = (h: Matrix) =>
  Float32Array.from({ length: h.rows }, (_, i) => h.data[i * h.rows + i]!)
const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length
