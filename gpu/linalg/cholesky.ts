import { matrix, rowsOf, sharedMatrix, type Gemm, type Matrix } from './gemm.js'

/**
 * G = L·Lᵀ, lower triangular, stored as panels of columns: panel p holds rows `p·width … n−1` of
 * columns `p·width …`, row-major. The entries above the diagonal inside a panel are zero. Panels
 * lie in shared memory, and every block below one is contiguous, so products need no copies.
 */
export interface Factor {
  n: number
  width: number
  panels: Matrix[]
}

/** The matrix is not positive definite, or not finite, at this row of the permuted matrix. */
export class NotPositiveDefinite extends Error {
  constructor(readonly row: number) {
    super(`The matrix is not positive definite at row ${row}.`)
  }
}

/** Below this size the recursion ends in a scalar loop; its share of the work is (64/n)². */
const SCALAR_BLOCK = 64

export function panelWidth(n: number): number {
  return n >= 4096 ? 512 : n >= 1024 ? 256 : 128
}

/**
 * Left-looking blocked Cholesky of the permuted, damped matrix `G[i][j] = H[order[i]][order[j]]`,
 * `+ damp` on the diagonal. Nothing cubic runs outside matrix products.
 *
 * @param h symmetric n × n
 * @throws {NotPositiveDefinite}
 */
export async function cholesky(
  gemm: Gemm,
  h: Matrix,
  order: Uint32Array,
  damp: number,
  pause: () => void = () => {}
): Promise<Factor> {
  const n = h.rows
  const width = panelWidth(n)
  const panels: Matrix[] = []
  for (let from = 0; from < n; from += width) {
    pause()
    const columns = Math.min(width, n - from)
    const panel = gather(h, order, damp, from, columns)
    for (const [p, earlier] of panels.entries()) {
      const below = rowsOf(earlier, from - p * width, n - p * width)
      await gemm.minusAbT(below, rowsOf(below, 0, columns), panel)
    }
    await factorizePanel(gemm, panel, from)
    panels.push(panel)
  }
  return { n, width, panels }
}

function gather(h: Matrix, order: Uint32Array, damp: number, from: number, columns: number) {
  const n = h.rows
  const panel = sharedMatrix(n - from, columns)
  for (let i = from, at = 0; i < n; i++) {
    const row = order[i]! * n
    for (let j = from; j < from + columns; j++) panel.data[at++] = h.data[row + order[j]!]!
    if (i < from + columns) panel.data[(i - from) * columns + i - from]! += damp
  }
  return panel
}

async function factorizePanel(gemm: Gemm, panel: Matrix, offset: number): Promise<void> {
  const { columns } = panel
  const top = rowsOf(panel, 0, columns)
  await factorizeSquare(gemm, top, offset)
  if (panel.rows === columns) return
  const inverse = await invertLower(gemm, top)
  const below = rowsOf(panel, columns, panel.rows)
  await gemm.abT(matrix(below.data.slice(), below.rows, columns), inverse, below)
}

/** In place; zeroes the upper triangle. */
async function factorizeSquare(gemm: Gemm, a: Matrix, offset: number): Promise<void> {
  if (a.rows <= SCALAR_BLOCK) return scalarCholesky(a, offset)
  const half = split(a.rows)
  const rest = a.rows - half
  const first = block(a, 0, 0, half, half)
  await factorizeSquare(gemm, first, offset)
  const inverse = await invertLower(gemm, first)
  const side = matrix(new Float32Array(rest * half), rest, half)
  await gemm.abT(block(a, half, 0, rest, half), inverse, side)
  const last = block(a, half, half, rest, rest)
  await gemm.minusAbT(side, side, last)
  await factorizeSquare(gemm, last, offset + half)
  a.data.fill(0, 0, half * a.columns)
  place(a, first, 0, 0)
  place(a, side, half, 0)
  place(a, last, half, half)
}

/** Inverse of a lower triangular matrix, as a new one. */
export async function invertLower(gemm: Gemm, l: Matrix): Promise<Matrix> {
  if (l.rows <= SCALAR_BLOCK) return scalarInvert(l)
  const half = split(l.rows)
  const rest = l.rows - half
  const first = await invertLower(gemm, block(l, 0, 0, half, half))
  const last = await invertLower(gemm, block(l, half, half, rest, rest))
  const product = matrix(new Float32Array(rest * half), rest, half)
  await gemm.ab(last, block(l, half, 0, rest, half), product)
  const side = matrix(new Float32Array(rest * half), rest, half)
  await gemm.minusAb(product, first, side)
  const inverse = matrix(new Float32Array(l.rows * l.rows), l.rows, l.rows)
  place(inverse, first, 0, 0)
  place(inverse, side, half, 0)
  place(inverse, last, half, half)
  return inverse
}

const split = (n: number) => Math.ceil(n / 2 / SCALAR_BLOCK) * SCALAR_BLOCK

function block(m: Matrix, row: number, column: number, rows: number, columns: number): Matrix {
  const data = new Float32Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    const start = (row + i) * m.columns + column
    data.set(m.data.subarray(start, start + columns), i * columns)
  }
  return matrix(data, rows, columns)
}

function place(into: Matrix, part: Matrix, row: number, column: number): void {
  for (let i = 0; i < part.rows; i++) {
    const line = part.data.subarray(i * part.columns, (i + 1) * part.columns)
    into.data.set(line, (row + i) * into.columns + column)
  }
}

function scalarCholesky(a: Matrix, offset: number): void {
  const { data, rows: n } = a
  for (let j = 0; j < n; j++) {
    let pivot = data[j * n + j]!
    for (let k = 0; k < j; k++) pivot -= data[j * n + k]! ** 2
    if (!(pivot > 0) || pivot === Infinity) throw new NotPositiveDefinite(offset + j)
    const root = Math.sqrt(pivot)
    data[j * n + j] = root
    for (let i = j + 1; i < n; i++) {
      let sum = data[i * n + j]!
      for (let k = 0; k < j; k++) sum -= data[i * n + k]! * data[j * n + k]!
      data[i * n + j] = sum / root
    }
    data.fill(0, j * n + j + 1, (j + 1) * n)
  }
}

function scalarInvert(l: Matrix): Matrix {
  const { data, rows: n } = l
  const inverse = new Float32Array(n * n)
  for (let j = 0; j < n; j++) {
    inverse[j * n + j] = 1 / data[j * n + j]!
    for (let i = j + 1; i < n; i++) {
      let sum = 0
      for (let k = j; k < i; k++) sum -= data[i * n + k]! * inverse[k * n + j]!
      inverse[i * n + j] = sum / data[i * n + i]!
    }
  }
  return matrix(inverse, n, n)
}
