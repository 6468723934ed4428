import { matrix, rowsOf, type Gemm, type Matrix } from '../linalg/gemm.js'
import { invertLower, type Factor } from '../linalg/cholesky.js'
import { groupGrid, type GridOptions, type GroupGrid } from './grid.js'

/**
 * GPTQ for some output rows of a weight matrix, written as back substitution (the equivalence of
 * GPTQ and LDLQ: QuIP, arXiv 2307.13304, theorem 6). With the columns in reverse order of
 * rounding, G = permuted damped Hessian = L·Lᵀ, and the error that all columns rounded so far
 * (j > i) leave in the layer's output is made up for best by rounding
 *
 *     w'ᵢ = wᵢ + (1 / Lᵢᵢ) · Σ_{j>i} Lⱼᵢ · eⱼ,   eⱼ = wⱼ − ŵⱼ,
 *
 * so one Cholesky factorization is enough, without any inverse; the part of the loss that column i
 * adds is Lᵢᵢ² · (w'ᵢ − ŵᵢ)². The sums are matrix products: over all columns above a panel at
 * once, and by halving inside a panel, down to blocks of 16 columns.
 */
export interface SliceProblem extends GridOptions {
  /** [columns of the layer × output rows of the slice], by original column; is overwritten. */
  weights: Matrix
  /** null: rounds to nearest. */
  factor: Factor | null
  /** Original columns in the order of rounding. */
  columns: Uint32Array
  /** Columns per group; a divisor of the number of columns. */
  groupSize: number
  /** Groups keep the range of the original weights and may be visited in any order. */
  fixedGroups: boolean
  /** Groups follow the order of rounding instead of the original columns. */
  groupsByOrder: boolean
}

export interface SliceSolution {
  /** Integers, [columns × rows], by original column. */
  codes: Uint8Array
  /** By group. */
  grids: GroupGrid[]
  /** tr((W−Ŵ)·G·(W−Ŵ)ᵀ) of the slice. */
  loss: number
  squaredError: number
  squaredNorm: number
}

const LEAF = 16

export async function solveSlice(
  gemm: Gemm,
  problem: SliceProblem,
  checkpoint: () => void = () => {}
): Promise<SliceSolution> {
  const solver = new Solver(gemm, problem, checkpoint)
  await solver.solve()
  return solver.solution
}

class Solver {
  readonly #n: number
  readonly #rows: number
  /** Rows in the order of G: weights before rounding, errors after it. */
  readonly #work: Matrix
  /** Σ Lⱼᵢ·eⱼ of the panel at work. */
  #sums: Matrix
  #panel: Matrix | null = null
  #panelFrom = 0
  readonly #top: number
  readonly solution: SliceSolution

  constructor(
    private readonly gemm: Gemm,
    private readonly problem: SliceProblem,
    private readonly checkpoint: () => void
  ) {
    const { weights, groupSize, bits } = problem
    this.#n = weights.rows
    this.#rows = weights.columns
    this.#top = 2 ** bits - 1
    this.#work = matrix(new Float32Array(this.#n * this.#rows), this.#n, this.#rows)
    for (let g = 0; g < this.#n; g++) {
      const column = this.#column(g)
      this.#row(g).set(rowsOf(weights, column, column + 1).data)
    }
    this.#sums = matrix(new Float32Array(0), 0, this.#rows)
    this.solution = {
      codes: new Uint8Array(this.#n * this.#rows),
      grids: new Array<GroupGrid>(this.#n / groupSize),
      loss: 0,
      squaredError: 0,
      squaredNorm: 0,
    }
    if (problem.fixedGroups) this.#fixGroups(weights)
  }

  async solve(): Promise<void> {
    const width = this.problem.factor?.width ?? Math.max(128, this.problem.groupSize)
    const last = Math.floor((this.#n - 1) / width) * width
    for (let from = last; from >= 0; from -= width) {
      this.checkpoint()
      const to = Math.min(this.#n, from + width)
      this.#sums = matrix(new Float32Array((to - from) * this.#rows), to - from, this.#rows)
      this.#panelFrom = from
      this.#panel = this.problem.factor?.panels[from / width] ?? null
      if (this.#panel && to < this.#n) {
        const below = rowsOf(this.#panel, to - from, this.#n - from)
        await this.gemm.aTb(below, rowsOf(this.#work, to, this.#n), this.#sums)
      }
      await this.#block(from, to)
    }
  }

  /** Rounds the columns [from, to) of G, highest first; sums over columns ≥ `to` are complete. */
  async #block(from: number, to: number): Promise<void> {
    const { groupSize, fixedGroups } = this.problem
    const width = to - from
    if (!fixedGroups && width === groupSize) await this.#findGrid(from, to)
    if (width <= LEAF) {
      for (let g = to - 1; g >= from; g--) this.#round(g, to)
      return
    }
    const unit = !fixedGroups && width > groupSize ? groupSize : LEAF
    const middle = to - Math.ceil(width / unit / 2) * unit
    await this.#block(middle, to)
    if (this.#panel) {
      const sums = rowsOf(this.#sums, from - this.#panelFrom, middle - this.#panelFrom)
      const errors = rowsOf(this.#work, middle, to)
      await this.gemm.plusATb(this.#factorBlock(middle, to, from, middle), errors, sums)
    }
    await this.#block(from, middle)
  }

  #factorBlock(row: number, rowEnd: number, column: number, columnEnd: number): Matrix {
    const width = columnEnd - column
    const data = new Float32Array((rowEnd - row) * width)
    for (let i = row, at = 0; i < rowEnd; i++, at += width) {
      const start = (i - this.#panelFrom) * this.#panel!.columns + column - this.#panelFrom
      data.set(this.#panel!.data.subarray(start, start + width), at)
    }
    return matrix(data, rowEnd - row, width)
  }

  #round(g: number, blockEnd: number): void {
    const rows = this.#rows
    const work = this.#row(g)
    const sums = this.#sums.data.subarray((g - this.#panelFrom) * rows)
    for (let j = g + 1; this.#panel && j < blockEnd; j++) {
      const factor = this.#entry(j, g)
      const errors = this.#row(j)
      for (let o = 0; o < rows; o++) sums[o]! += factor * errors[o]!
    }
    const diagonal = this.#panel ? this.#entry(g, g) : 1
    const column = this.#column(g)
    const { scale, zero } = this.solution.grids[this.#group(g)]!
    const codes = this.solution.codes.subarray(column * rows, (column + 1) * rows)
    const inverse = 1 / diagonal
    const top = this.#top
    let loss = 0
    let squaredError = 0
    let squaredNorm = 0
    for (let o = 0; o < rows; o++) {
      const weight = work[o]!
      const s = scale[o]!
      const shifted = (weight + sums[o]! * inverse) / s + zero[o]!
      const code = shifted <= 0 ? 0 : shifted >= top ? top : (shifted + 0.5) | 0
      const missed = (shifted - code) * s
      const error = weight - (code - zero[o]!) * s
      codes[o] = code
      work[o] = error
      loss += missed * missed
      squaredError += error * error
      squaredNorm += weight * weight
    }
    this.solution.loss += loss * diagonal * diagonal
    this.solution.squaredError += squaredError
    this.solution.squaredNorm += squaredNorm
  }

  /**
   * The range of a group, from weights that make up for the columns before it as well as they can
   * while all of the group is still free: Lᵀ·e = −sums, so W − e = W + L⁻ᵀ·sums.
   */
  async #findGrid(from: number, to: number): Promise<void> {
    const adjusted = matrix(new Float32Array((to - from) * this.#rows), to - from, this.#rows)
    const importance = new Float32Array(to - from).fill(1)
    if (this.#panel) {
      const inverse = await invertLower(this.gemm, this.#factorBlock(from, to, from, to))
      const sums = rowsOf(this.#sums, from - this.#panelFrom, to - this.#panelFrom)
      await this.gemm.aTb(inverse, sums, adjusted)
      for (let g = from; g < to; g++) importance[g - from] = this.#entry(g, g) ** 2
    }
    const weights = this.#work.data.subarray(from * this.#rows)
    for (let i = 0; i < adjusted.data.length; i++) adjusted.data[i]! += weights[i]!
    const columns = Array.from(importance, (_, c) => rowsOf(adjusted, c, c + 1).data)
    this.solution.grids[this.#group(to - 1)] = groupGrid(columns, importance, this.problem)
  }

  #fixGroups(weights: Matrix): void {
    const { groupSize } = this.problem
    const importance = new Float32Array(groupSize).fill(1)
    for (let group = 0; group < this.#n / groupSize; group++) {
      const columns = Array.from(importance, (_, c) => {
        const column = group * groupSize + c
        return rowsOf(weights, column, column + 1).data
      })
      this.solution.grids[group] = groupGrid(columns, importance, this.problem)
    }
  }

  #group(g: number): number {
    const position = this.problem.groupsByOrder ? this.#n - 1 - g : this.#column(g)
    return Math.floor(position / this.problem.groupSize)
  }

  #column(g: number): number {
    return this.problem.columns[this.#n - 1 - g]!
  }

  #row(g: number): Float32Array {
    return this.#work.data.subarray(g * this.#rows, (g + 1) * this.#rows)
  }

  #entry(row: number, column: number): number {
    const panel = this.#panel!
    return panel.data[(row - this.#panelFrom) * panel.columns + column - this.#panelFrom]!
  }
}
