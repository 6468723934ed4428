/** XᵀX on a graphics card: rows travel there, the sums stay until the end. */
import type { Pointer } from '../llama/layouts.js'
import { openLlama } from '../llama/library.js'
import { gpuBackend } from '../llama/matmul.js'

const F32 = 0
const BYTES = 4
const CONTEXT_BYTES = 16_384
const GRAPH_NODES = 8

let work: Pointer | undefined

/** Work memory of all products, as large as the largest needs. */
function workMemory(): Pointer {
  const { native } = openLlama()
  work ??= native.ggml_gallocr_new(native.ggml_backend_get_default_buffer_type(gpuBackend()))
  return work
}

export class GpuGram {
  readonly #columns: number
  readonly #context: Pointer
  readonly #buffer: Pointer
  readonly #sum: Pointer

  private constructor(columns: number, context: Pointer, buffer: Pointer, sum: Pointer) {
    this.#columns = columns
    this.#context = context
    this.#buffer = buffer
    this.#sum = sum
  }

  /** Zeros of columns × columns, or null without a card or without room on it. */
  static make(columns: number): GpuGram | null {
    if (gpuBackend() === null) return null
    const { native } = openLlama()
    const context = native.ggml_init({ mem_size: CONTEXT_BYTES, mem_buffer: null, no_alloc: true })
    const sum = native.ggml_new_tensor_2d(context, F32, columns, columns)
    const buffer = native.ggml_backend_alloc_ctx_tensors(context, gpuBackend())
    if (buffer === null) {
      native.ggml_free(context)
      return null
    }
    native.ggml_backend_buffer_clear(buffer, 0)
    return new GpuGram(columns, context, buffer, sum)
  }

  /**
   * @param x count × columns, row-major
   * @returns false when the card has no room for the work: nothing was added
   */
  add(x: Float32Array, count: number): boolean {
    const { native } = openLlama()
    const context = native.ggml_init({ mem_size: CONTEXT_BYTES, mem_buffer: null, no_alloc: true })
    try {
      const rows = native.ggml_new_tensor_2d(context, F32, this.#columns, count)
      native.ggml_set_input(rows)
      // ggml multiplies along the innermost dimension, which must be the rows here.
      const transposed = native.ggml_cont(context, native.ggml_transpose(context, rows))
      const product = native.ggml_mul_mat(context, transposed, transposed)
      const graph = native.ggml_new_graph_custom(context, GRAPH_NODES, false)
      native.ggml_build_forward_expand(graph, native.ggml_add_inplace(context, this.#sum, product))
      if (!native.ggml_gallocr_alloc_graph(workMemory(), graph)) return false
      native.ggml_backend_tensor_set(rows, x, 0, count * this.#columns * BYTES)
      return native.ggml_backend_graph_compute(gpuBackend(), graph) === 0
    } finally {
      native.ggml_free(context)
    }
  }

  /** Brings the sums home and frees the card's memory. */
  finish(to: Float32Array): void {
    const { native } = openLlama()
    native.ggml_backend_tensor_get(this.#sum, to, 0, to.length * BYTES)
    native.ggml_backend_buffer_free(this.#buffer)
    native.ggml_free(this.#context)
  }
}
