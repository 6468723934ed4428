/** Sees the input of every linear layer while llama.cpp computes, by its evaluation callback. */
import koffi from 'koffi'
import { EVAL_CALLBACK, type Pointer, TENSOR, TENSOR_OFFSETS } from '../llama/layouts.js'
import { openLlama } from '../llama/library.js'

export interface LinearInput {
  /** Name of the weight. */
  weight: string
  columns: number
  /** Experts in the weight. */
  matrices: number
  /** Same for weights that read the same input in this computation. */
  input: bigint
}

export interface Observer {
  /** Asked for each product before it is computed; true to get its input. */
  wants(linear: LinearInput): boolean
  /** Rows for one matrix, dense; the array is only valid during the call. */
  rows(linear: LinearInput, matrix: number, x: Float32Array, count: number): void
  /** After all rows of a product; false ends the computation here. */
  done(linear: LinearInput): boolean
}

interface Tensor {
  type: number
  buffer: Pointer
  ne: number[]
  nb: number[]
  src: Pointer[]
  data: Pointer
  name: string
}

const F32 = 0

export interface Watch {
  /** For `ContextOptions.evalCallback`. */
  callback: bigint
  /** Throws what the observer threw during the last computation. */
  check(): void
  /** After the context is freed. */
  release(): void
}

export function observe(observer: Observer): Watch {
  const { native } = openLlama()
  const products = operationNumbers(['MUL_MAT', 'MUL_MAT_ID'])
  let failure: unknown
  const guarded = (address: bigint, asking: boolean): boolean => {
    if (!products.has(koffi.decode.int32(address + BigInt(TENSOR_OFFSETS.op)))) return false
    const product = readTensor(address)
    const weight = readTensor(product.src[0]!)
    const linear: LinearInput = {
      weight: weightName(weight.name),
      columns: weight.ne[0]!,
      matrices: weight.ne[2]!,
      input: product.src[1] as bigint,
    }
    if (asking) return observer.wants(linear)
    const input = readTensor(product.src[1]!)
    if (input.type !== F32) return observer.done(linear)
    const x = readFloats(native, product.src[1]!, input)
    const ids = product.src[2] ?? null
    if (ids === null) {
      const count = input.ne[1]! * input.ne[2]! * input.ne[3]!
      observer.rows(linear, 0, denseRows(x, input), count)
    } else {
      forEachExpert(x, input, readIds(native, ids), linear, observer)
    }
    return observer.done(linear)
  }
  const callback = koffi.register((address: bigint, asking: boolean) => {
    // An error must not cross native code: the computation ends and the caller asks for it.
    try {
      return failure === undefined && guarded(address, asking)
    } catch (error) {
      failure = error
      return false
    }
  }, koffi.pointer(EVAL_CALLBACK))
  return {
    callback,
    check() {
      if (failure !== undefined) throw failure
    },
    release: () => koffi.unregister(callback),
  }
}

/** Copies between devices are named `CUDA0#blk.0.attn_q.weight#0`. */
function weightName(name: string): string {
  return name.includes('#') ? name.split('#')[1]! : name
}

function operationNumbers(names: string[]): Set<number> {
  const { native } = openLlama()
  const numbers = new Set<number>()
  for (let op = 0; numbers.size < names.length; op++) {
    if (names.includes(native.ggml_op_name(op))) numbers.add(op)
  }
  return numbers
}

function readTensor(address: Pointer): Tensor {
  return koffi.decode(address, TENSOR) as Tensor
}

/** All memory of a tensor, from its first to its last element. */
function byteLength({ ne, nb }: Tensor, elementBytes: number): number {
  return ne.reduce((sum, count, i) => sum + (count - 1) * nb[i]!, elementBytes)
}

type Native = ReturnType<typeof openLlama>['native']

function readFloats(native: Native, address: Pointer, tensor: Tensor): Float32Array {
  const bytes = byteLength(tensor, 4)
  if (native.ggml_backend_buffer_is_host(tensor.buffer)) {
    return new Float32Array(koffi.view(tensor.data, bytes))
  }
  const copy = new Float32Array(bytes / 4)
  native.ggml_backend_tensor_get(address, copy, 0, bytes)
  return copy
}

function readIds(native: Native, address: Pointer): { values: Int32Array; tensor: Tensor } {
  const tensor = readTensor(address)
  const bytes = byteLength(tensor, 4)
  const values = new Int32Array(bytes / 4)
  native.ggml_backend_tensor_get(address, values, 0, bytes)
  return { values, tensor }
}

function denseRows(x: Float32Array, { ne, nb }: Tensor): Float32Array {
  const [columns, rows, third, fourth] = ne as [number, number, number, number]
  if (nb[1] === columns * 4 && nb[2] === rows * nb[1]! && nb[3] === third * nb[2]!) return x
  const dense = new Float32Array(columns * rows * third * fourth)
  let to = 0
  for (let i3 = 0; i3 < fourth; i3++) {
    for (let i2 = 0; i2 < third; i2++) {
      for (let i1 = 0; i1 < rows; i1++, to += columns) {
        const from = (i1 * nb[1]! + i2 * nb[2]! + i3 * nb[3]!) / 4
        dense.set(x.subarray(from, from + columns), to)
      }
    }
  }
  return dense
}

/**
 * Input of experts is [columns, experts used or 1, tokens]; ids [experts used, tokens] say which
 * expert reads which row.
 */
function forEachExpert(
  x: Float32Array,
  input: Tensor,
  ids: { values: Int32Array; tensor: Tensor },
  linear: LinearInput,
  observer: Observer
): void {
  const { columns, matrices } = linear
  const rowsOf = Array.from({ length: matrices }, () => [] as number[])
  const [used, tokens] = ids.tensor.ne as [number, number]
  for (let token = 0; token < tokens; token++) {
    for (let slot = 0; slot < used; slot++) {
      const at = (slot * ids.tensor.nb[0]! + token * ids.tensor.nb[1]!) / 4
      const row = (slot % input.ne[1]!) * input.nb[1]! + token * input.nb[2]!
      rowsOf[ids.values[at]!]?.push(row / 4)
    }
  }
  for (const [expert, rows] of rowsOf.entries()) {
    if (rows.length === 0) continue
    const dense = new Float32Array(rows.length * columns)
    for (const [index, from] of rows.entries()) {
      dense.set(x.subarray(from, from + columns), index * columns)
    }
    observer.rows(linear, expert, dense, rows.length)
  }
}
