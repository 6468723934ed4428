import { ModelError } from '../shared/errors.js'
import type { Int4Plan } from './plan.js'

/** Workers, kernels and what a slice of a weight needs. */
const BASE_BYTES = 400e6

/**
 * Most memory that quantizing takes at a time: the Hessians of one decoder layer, the Cholesky
 * factor of its largest, and its largest weight as it is read and as it is packed.
 */
export function int4MemoryBytes({ layers }: Int4Plan): number {
  let most = 0
  for (const { linears } of layers) {
    const inputs = new Map(linears.map(({ input, expert, inputs: n }) => [`${input} ${expert}`, n]))
    const hessians = [...inputs.values()].map((n) => n * n * 4)
    const factor = Math.max(...hessians) / 2
    const weight = Math.max(...linears.map((linear) => linear.inputs * linear.outputs))
    most = Math.max(most, hessians.reduce((sum, bytes) => sum + bytes, 0) + factor + 4 * weight)
  }
  return most + BASE_BYTES
}

/** @throws ModelError `E_OUT_OF_MEMORY` before the work instead of in the middle of it */
export function checkMemory(plan: Int4Plan, availableBytes: number): void {
  const bytes = int4MemoryBytes(plan)
  if (bytes <= availableBytes) return
  const [needed, free] = [gigabytes(bytes), gigabytes(availableBytes)]
  throw new ModelError(
    'E_OUT_OF_MEMORY',
    `GPTQ and AWQ need ${needed} GB of memory for this model, and ${free} GB are free. GGUF needs a fraction of that: choose it, or free some memory and start the job again.`,
    { params: { needed, free } }
  )
}

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1)
