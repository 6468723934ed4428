/** Statistics of the inputs of a linear layer, fed row by row while the model reads. */
import { multiplyTransposedSync } from '../llama/matmul.js'
import { GpuGram } from './gpu_gram.js'

/**
 * - `squares`: Σx² per column (the importance matrix)
 * - `absolutes`: Σ|x| per column (AWQ)
 * - `hessian`: XᵀX (GPTQ)
 * - `sample`: some of the rows themselves (AWQ's clipping)
 */
export type StatisticKind = 'squares' | 'absolutes' | 'hessian' | 'sample'

export interface WeightStatistics {
  /** Name in the GGUF file, e.g. `blk.0.attn_q.weight`. */
  name: string
  columns: number
  /** Experts stacked in the weight; 1 for a plain one. */
  matrices: number
  /** Rows seen, per matrix. */
  rows: number[]
  /** matrices × columns */
  squares?: Float32Array
  /** matrices × columns */
  absolutes?: Float32Array
  /** matrices × columns × columns, symmetric */
  hessian?: Float32Array
  /** Rows of the input, row-major (of all experts together for a stacked weight). */
  sample?: Float32Array
}

/** Rows that one product takes at least; fewer are gathered first. */
const ROWS_AT_ONCE = 128
/** Rows of the result that one product makes: between them a cancel is seen. */
const BLOCK = 1024

export interface InputOptions {
  columns: number
  matrices: number
  kinds: readonly StatisticKind[]
  /** Keeps one row out of so many. */
  sampleEvery: number
  cancelled(): boolean
}

export class InputStatistics {
  readonly columns: number
  readonly matrices: number
  readonly rows: number[]
  readonly #squares: Float64Array | null
  readonly #absolutes: Float64Array | null
  readonly #grams: Gram[] | null
  readonly #sample: Float32Array[] | null
  readonly #sampleEvery: number
  readonly #hessian: Float32Array | null
  #seen = 0

  constructor({ columns, matrices, kinds, sampleEvery, cancelled }: InputOptions) {
    this.columns = columns
    this.matrices = matrices
    this.rows = new Array<number>(matrices).fill(0)
    const sums = () => new Float64Array(matrices * columns)
    // The diagonal of a Hessian is Σx² already.
    const hessian = kinds.includes('hessian')
    this.#squares = kinds.includes('squares') && !hessian ? sums() : null
    this.#absolutes = kinds.includes('absolutes') ? sums() : null
    this.#sample = kinds.includes('sample') ? [] : null
    this.#sampleEvery = sampleEvery
    this.#hessian = hessian ? sharedFloats(matrices * columns * columns) : null
    const size = columns * columns
    this.#grams =
      this.#hessian &&
      Array.from(
        { length: matrices },
        (_, matrix) =>
          new Gram(columns, this.#hessian!.subarray(matrix * size, (matrix + 1) * size), cancelled)
      )
  }

  /** @param x count × columns, row-major; only valid during the call. */
  add(matrix: number, x: Float32Array, count: number): void {
    const { columns } = this
    this.rows[matrix]! += count
    const at = matrix * columns
    if (this.#squares) addSquares(this.#squares.subarray(at, at + columns), x, count)
    if (this.#absolutes) addAbsolutes(this.#absolutes.subarray(at, at + columns), x, count)
    if (this.#sample) {
      for (let row = 0; row < count; row++) {
        if (this.#seen++ % this.#sampleEvery !== 0) continue
        this.#sample.push(x.slice(row * columns, (row + 1) * columns))
      }
    }
    this.#grams?.[matrix]!.add(x, count)
  }

  finish(name: string, kinds: readonly StatisticKind[]): WeightStatistics {
    for (const gram of this.#grams ?? []) gram.finish()
    const { columns, matrices, rows } = this
    return {
      name,
      columns,
      matrices,
      rows,
      squares: kinds.includes('squares') ? this.#allSquares() : undefined,
      absolutes: this.#absolutes ? Float32Array.from(this.#absolutes) : undefined,
      hessian: this.#hessian ?? undefined,
      sample: this.#sample ? concatenate(this.#sample, columns) : undefined,
    }
  }

  #allSquares(): Float32Array {
    if (this.#squares) return Float32Array.from(this.#squares)
    const { columns, matrices } = this
    return Float32Array.from({ length: matrices * columns }, (_, index) => {
      const [matrix, column] = [Math.floor(index / columns), index % columns]
      return this.#hessian![matrix * columns * columns + column * (columns + 1)]!
    })
  }
}

/** Shared between threads, so that gigabytes are never copied. */
function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * 4))
}

function addSquares(sums: Float64Array, x: Float32Array, count: number): void {
  const columns = sums.length
  for (let row = 0, i = 0; row < count; row++) {
    for (let column = 0; column < columns; column++, i++) sums[column]! += x[i]! * x[i]!
  }
}

function addAbsolutes(sums: Float64Array, x: Float32Array, count: number): void {
  const columns = sums.length
  for (let row = 0, i = 0; row < count; row++) {
    for (let column = 0; column < columns; column++, i++) sums[column]! += Math.abs(x[i]!)
  }
}

function concatenate(rows: Float32Array[], columns: number): Float32Array {
  const all = new Float32Array(rows.length * columns)
  for (const [index, row] of rows.entries()) all.set(row, index * columns)
  return all
}

/**
 * XᵀX: on the graphics card where there is one with room, else on the CPU, where only the lower
 * half is computed until the end.
 */
class Gram {
  readonly #columns: number
  readonly #matrix: Float32Array
  readonly #cancelled: () => boolean
  #waiting: Float32Array | null = null
  #waitingRows = 0
  #finished = false
  #card: GpuGram | null

  constructor(columns: number, matrix: Float32Array, cancelled: () => boolean) {
    this.#columns = columns
    this.#matrix = matrix
    this.#cancelled = cancelled
    this.#card = GpuGram.make(columns)
  }

  add(x: Float32Array, count: number): void {
    if (count >= ROWS_AT_ONCE) return this.#accumulate(x, count)
    this.#waiting ??= new Float32Array(2 * ROWS_AT_ONCE * this.#columns)
    this.#waiting.set(x.subarray(0, count * this.#columns), this.#waitingRows * this.#columns)
    this.#waitingRows += count
    if (this.#waitingRows >= ROWS_AT_ONCE) this.#flush()
  }

  #flush(): void {
    if (this.#waitingRows > 0) this.#accumulate(this.#waiting!, this.#waitingRows)
    this.#waitingRows = 0
  }

  #accumulate(x: Float32Array, count: number): void {
    if (this.#card?.add(x, count)) return
    this.#leaveCard()
    const columns = this.#columns
    const transposed = transpose(x, count, columns)
    for (let start = 0; start < columns && !this.#cancelled(); start += BLOCK) {
      const end = Math.min(start + BLOCK, columns)
      multiplyTransposedSync(
        { data: transposed.subarray(start * count), rows: end - start, columns: count },
        { data: transposed, rows: end, columns: count },
        {
          data: this.#matrix.subarray(start * columns),
          rows: end - start,
          columns: end,
          stride: columns,
        },
        'add'
      )
    }
  }

  /** What the card has summed so far begins the sums here. */
  #leaveCard(): void {
    this.#card?.finish(this.#matrix)
    this.#card = null
  }

  /** Fills the upper half. May be called again. */
  finish(): void {
    if (this.#finished) return
    this.#finished = true
    this.#flush()
    this.#leaveCard()
    this.#waiting = null
    const columns = this.#columns
    for (let row = 0; row < columns; row++) {
      for (let column = row + 1; column < columns; column++) {
        this.#matrix[row * columns + column] = this.#matrix[column * columns + row]!
      }
    }
  }
}

const TRANSPOSE_TILE = 32

/** rows × columns to columns × rows, tile by tile to stay in the cache. */
function transpose(x: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(rows * columns)
  for (let column0 = 0; column0 < columns; column0 += TRANSPOSE_TILE) {
    const column1 = Math.min(column0 + TRANSPOSE_TILE, columns)
    for (let row = 0; row < rows; row++) {
      for (let column = column0; column < column1; column++) {
        out[column * rows + row] = x[row * columns + column]!
      }
    }
  }
  return out
}
