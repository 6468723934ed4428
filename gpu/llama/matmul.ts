/**
 * Matrix products in float32 by ggml, for everything cubic in the solvers. On the CPU ggml works in
 * the arrays themselves, without copies; on a graphics card they travel there and back.
 */
import koffi from 'koffi'
import { availableParallelism } from 'node:os'
import { callAsync } from './functions.js'
import { SET_THREADS, TENSOR_OFFSETS, type Pointer } from './layouts.js'
import { openLlama } from './library.js'

export interface Matrix {
  /** Row-major; begins with the first element (use `subarray` for a block of a larger matrix). */
  data: Float32Array
  rows: number
  columns: number
  /** Elements from one row to the next; `columns` when absent. */
  stride?: number
}

/** What happens to the elements of the output. */
export type Mode = 'set' | 'add' | 'subtract'

export interface MultiplyOptions {
  mode?: Mode
  /** Looked at between tiles. */
  signal?: AbortSignal
}

const F32 = 0
const BYTES = 4
/** Room for the handful of tensors of one product. */
const CONTEXT_BYTES = 16_384
const GRAPH_NODES = 8
/** About 50 ms of one core: long enough to forget the call, short enough to stop. */
const TILE_FLOPS = 1e9
/** Below this, a graphics card spends its time on the way there and back. */
const WORTH_A_GPU_FLOPS = 2e9

/**
 * out = A·Bᵀ (or out ± A·Bᵀ). A is m × k, B is n × k, out is m × n; all may be blocks of larger
 * matrices, and must not overlap the output. Runs on all cores without blocking the caller.
 *
 * @throws {RangeError} when shapes do not fit.
 */
export async function multiplyTransposed(
  a: Matrix,
  b: Matrix,
  out: Matrix,
  { mode = 'set', signal }: MultiplyOptions = {}
): Promise<void> {
  checkShapes(a, b, out)
  signal?.throwIfAborted()
  const flops = 2 * a.rows * b.rows * a.columns
  if (flops >= WORTH_A_GPU_FLOPS && gpuBackend() !== null) return multiplyOnGpu(a, b, out, mode)

  const tiles = cut(a, b, out)
  let next = 0
  const lane = async () => {
    const backend = idle.pop() ?? cpuBackend(1)
    try {
      while (next < tiles.length) {
        signal?.throwIfAborted()
        const tile = tiles[next++]!
        const graph = buildProduct(tile.a, tile.b, tile.out, mode)
        try {
          await callAsync(openLlama().native.ggml_backend_graph_compute, backend, graph.handle)
        } finally {
          graph.free()
        }
      }
    } finally {
      idle.push(backend)
    }
  }
  // One thread per tile and no barriers: a busy machine slows it down in proportion and no more.
  const lanes = Math.min(tiles.length, cores)
  const results = await Promise.allSettled(Array.from({ length: lanes }, lane))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

/** `multiplyTransposed` that blocks the thread: for workers, and for products of a millisecond. */
export function multiplyTransposedSync(
  a: Matrix,
  b: Matrix,
  out: Matrix,
  mode: Mode = 'set'
): void {
  checkShapes(a, b, out)
  const { native } = openLlama()
  const flops = 2 * a.rows * b.rows * a.columns
  // Starting threads costs more than a small product.
  const backend = flops < 2e7 ? (single ??= cpuBackend(1)) : (all ??= cpuBackend(cores))
  const graph = buildProduct(a, b, out, mode)
  try {
    native.ggml_backend_graph_compute(backend, graph.handle)
  } finally {
    graph.free()
  }
}

function checkShapes(a: Matrix, b: Matrix, out: Matrix): void {
  const fits = a.columns === b.columns && out.rows === a.rows && out.columns === b.rows
  const whole = [a, b, out].every((matrix) => {
    const stride = matrix.stride ?? matrix.columns
    return (
      stride >= matrix.columns && matrix.data.length >= (matrix.rows - 1) * stride + matrix.columns
    )
  })
  if (!fits || !whole) throw new RangeError('The shapes of this matrix product do not fit')
}

/** Cuts the longer side of the output, so that every tile is about TILE_FLOPS. */
function cut(a: Matrix, b: Matrix, out: Matrix): { a: Matrix; b: Matrix; out: Matrix }[] {
  const flops = 2 * a.rows * b.rows * a.columns
  const byRows = a.rows >= b.rows
  const length = byRows ? a.rows : b.rows
  const wanted = Math.max(flops / TILE_FLOPS, Math.min(cores, flops / 2e7), 1)
  // Whole multiples of 16 rows keep the kernels in their fast path.
  const step = Math.max(16, Math.ceil(length / wanted / 16) * 16)
  const tiles = []
  for (let start = 0; start < length; start += step) {
    const count = Math.min(step, length - start)
    tiles.push(
      byRows
        ? { a: block(a, start, count), b, out: block(out, start, count) }
        : { a, b: block(b, start, count), out: columnsOf(out, start, count) }
    )
  }
  return tiles
}

function block(matrix: Matrix, start: number, rows: number): Matrix {
  const stride = matrix.stride ?? matrix.columns
  return { ...matrix, data: matrix.data.subarray(start * stride), rows, stride }
}

function columnsOf(matrix: Matrix, start: number, columns: number): Matrix {
  const stride = matrix.stride ?? matrix.columns
  return { ...matrix, data: matrix.data.subarray(start), columns, stride }
}

interface Graph {
  handle: Pointer
  free(): void
}

/** A graph whose tensors lie in the arrays; they are kept alive until `free`. */
function buildProduct(a: Matrix, b: Matrix, out: Matrix, mode: Mode): Graph {
  const { native } = openLlama()
  const context = native.ggml_init({ mem_size: CONTEXT_BYTES, mem_buffer: null, no_alloc: true })
  // ggml counts dimensions from the inside: mul_mat(B, A) has n columns and m rows.
  const product = native.ggml_mul_mat(context, inPlace(context, b), inPlace(context, a))
  let last = product
  let scratch: Float32Array | null = null
  if (mode === 'set') {
    place(product, out)
  } else {
    scratch = new Float32Array(out.rows * out.columns)
    place(product, { data: scratch, rows: out.rows, columns: out.columns })
    const update = mode === 'add' ? native.ggml_add_inplace : native.ggml_sub_inplace
    last = update(context, inPlace(context, out), product)
  }
  const handle = native.ggml_new_graph_custom(context, GRAPH_NODES, false)
  native.ggml_build_forward_expand(handle, last)
  const held = { a, b, out, scratch }
  return {
    handle,
    free() {
      void held
      native.ggml_free(context)
    },
  }
}

function inPlace(context: Pointer, matrix: Matrix): Pointer {
  const tensor = openLlama().native.ggml_new_tensor_2d(context, F32, matrix.columns, matrix.rows)
  place(tensor, matrix)
  return tensor
}

function place(tensor: Pointer, { data, rows, columns, stride = columns }: Matrix): void {
  koffi.encode(tensor, TENSOR_OFFSETS.data, 'void *', koffi.address(data))
  if (stride === columns) return
  const row = stride * BYTES
  koffi.encode(tensor, TENSOR_OFFSETS.rowStride, 'size_t', [row, row * rows, row * rows], 3)
}

const cores = availableParallelism()
let single: Pointer | undefined
let all: Pointer | undefined
/** Backends of one thread; each computes one thing at a time, in work memory of its own. */
const idle: Pointer[] = []

/** A backend of ggml on the CPU with so many threads. */
export function cpuBackend(threads: number): Pointer {
  const { native, devices } = openLlama()
  const cpu = devices.find(({ name }) => name === 'CPU')!
  const registry = native.ggml_backend_dev_backend_reg(cpu.handle)
  const setThreads = koffi.decode(
    native.ggml_backend_reg_get_proc_address(registry, 'ggml_backend_set_n_threads'),
    SET_THREADS
  ) as (backend: Pointer, threads: number) => void
  const backend = native.ggml_backend_dev_init(cpu.handle, null)
  setThreads(backend, threads)
  return backend
}

let gpu: Pointer | undefined

/**
 * The first graphics card as a backend of its own, or null. Only CUDA multiplies float32 as
 * float32: ggml's Vulkan and Metal kernels round their inputs to half precision (seen: 7e-4
 * relative error on llvmpipe), whose range the solvers' matrices leave.
 */
export function gpuBackend(): Pointer {
  if (gpu === undefined) {
    const { native, devices, backend } = openLlama()
    const device = backend.name === 'cuda' ? devices.find((each) => each.gpu) : undefined
    gpu = device ? native.ggml_backend_dev_init(device.handle, null) : null
  }
  return gpu
}

async function multiplyOnGpu(a: Matrix, b: Matrix, out: Matrix, mode: Mode): Promise<void> {
  const { native } = openLlama()
  const backend = gpuBackend()
  const context = native.ggml_init({ mem_size: CONTEXT_BYTES, mem_buffer: null, no_alloc: true })
  const tensorA = native.ggml_new_tensor_2d(context, F32, a.columns, a.rows)
  const tensorB = native.ggml_new_tensor_2d(context, F32, b.columns, b.rows)
  const product = native.ggml_mul_mat(context, tensorB, tensorA)
  const graph = native.ggml_new_graph_custom(context, GRAPH_NODES, false)
  native.ggml_build_forward_expand(graph, product)
  const buffer = native.ggml_backend_alloc_ctx_tensors(context, backend)
  try {
    // No room on the card beside the model: the CPU does it.
    if (buffer === null) return multiplyTransposedSync(a, b, out, mode)
    const [denseA, denseB] = [dense(a), dense(b)]
    native.ggml_backend_tensor_set(tensorA, denseA, 0, denseA.length * BYTES)
    native.ggml_backend_tensor_set(tensorB, denseB, 0, denseB.length * BYTES)
    await callAsync(native.ggml_backend_graph_compute, backend, graph)
    const result = new Float32Array(a.rows * b.rows)
    native.ggml_backend_tensor_get(product, result, 0, result.length * BYTES)
    combine(result, out, mode)
  } finally {
    if (buffer !== null) native.ggml_backend_buffer_free(buffer)
    native.ggml_free(context)
  }
}

function dense({ data, rows, columns, stride = columns }: Matrix): Float32Array {
  if (stride === columns) return data.subarray(0, rows * columns)
  const packed = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    packed.set(data.subarray(row * stride, row * stride + columns), row * columns)
  }
  return packed
}

function combine(result: Float32Array, out: Matrix, mode: Mode): void {
  const { data, rows, columns, stride = columns } = out
  const sign = mode === 'subtract' ? -1 : 1
  for (let row = 0; row < rows; row++) {
    const from = result.subarray(row * columns, (row + 1) * columns)
    if (mode === 'set') data.set(from, row * stride)
    else for (let i = 0; i < columns; i++) data[row * stride + i]! += sign * from[i]!
  }
}
