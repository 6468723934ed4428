import { InferenceSession, Tensor } from 'onnxruntime-node'
import { gemmModel, type GemmForm } from './onnx_gemm.js'

/** A dense row-major matrix of float32; its memory may be shared between threads. */
export interface Matrix {
  data: Float32Array
  rows: number
  columns: number
}

export function matrix(data: Float32Array, rows: number, columns: number): Matrix {
  return { data, rows, columns }
}

/** A matrix of zeros in memory that worker threads can see. */
export function sharedMatrix(rows: number, columns: number): Matrix {
  return matrix(sharedFloats(rows * columns), rows, columns)
}

export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * 4))
}

/** Some rows of a matrix, without a copy. */
export function rowsOf(m: Matrix, from: number, to: number): Matrix {
  return matrix(m.data.subarray(from * m.columns, to * m.columns), to - from, m.columns)
}

/**
 * Matrix products at the speed of ONNX Runtime's kernels, without copies: results land in the
 * caller's memory. One instance per thread; `threads` is how many the kernels themselves use.
 */
export class Gemm {
  readonly #sessions = new Map<string, Promise<InferenceSession>>()

  constructor(private readonly threads = 1) {}

  /** y = A·Bᵀ */
  abT(a: Matrix, b: Matrix, y: Matrix): Promise<void> {
    return this.#run({ transA: false, transB: true, negate: false, accumulate: false }, a, b, y)
  }

  /** y −= A·Bᵀ */
  minusAbT(a: Matrix, b: Matrix, y: Matrix): Promise<void> {
    return this.#run({ transA: false, transB: true, negate: true, accumulate: true }, a, b, y)
  }

  /** y = A·B */
  ab(a: Matrix, b: Matrix, y: Matrix): Promise<void> {
    return this.#run({ transA: false, transB: false, negate: false, accumulate: false }, a, b, y)
  }

  /** y = −A·B */
  minusAb(a: Matrix, b: Matrix, y: Matrix): Promise<void> {
    return this.#run({ transA: false, transB: false, negate: true, accumulate: false }, a, b, y)
  }

  /** y = Aᵀ·B */
  aTb(a: Matrix, b: Matrix, y: Matrix): Promise<void> {
    return this.#run({ transA: true, transB: false, negate: false, accumulate: false }, a, b, y)
  }

  /** y += Aᵀ·B */
  plusATb(a: Matrix, b: Matrix, y: Matrix): Promise<void> {
    return this.#run({ transA: true, transB: false, negate: false, accumulate: true }, a, b, y)
  }

  async dispose(): Promise<void> {
    const sessions = await Promise.all(this.#sessions.values())
    for (const session of sessions) await session.release()
    this.#sessions.clear()
  }

  async #run(form: GemmForm, a: Matrix, b: Matrix, y: Matrix): Promise<void> {
    const session = await this.#session(form)
    const c = tensor(y)
    const feeds = { a: tensor(a), b: tensor(b), ...(form.accumulate ? { c } : {}) }
    await session.run(feeds, { y: c })
  }

  #session(form: GemmForm): Promise<InferenceSession> {
    const key = [form.transA, form.transB, form.negate, form.accumulate].join()
    let session = this.#sessions.get(key)
    if (!session) {
      session = InferenceSession.create(gemmModel(form), {
        executionProviders: ['cpu'],
        intraOpNumThreads: this.threads,
        interOpNumThreads: 1,
        enableCpuMemArena: false,
        enableMemPattern: false,
        graphOptimizationLevel: 'disabled',
        extra: { session: { intra_op: { allow_spinning: this.threads > 1 ? '1' : '0' } } },
      })
      this.#sessions.set(key, session)
    }
    return session
  }
}

const tensor = (m: Matrix) =>
  new Tensor('float32', m.data.subarray(0, m.rows * m.columns), [m.rows, m.columns])
