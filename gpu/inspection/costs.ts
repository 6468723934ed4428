import { availableParallelism } from 'node:os'
import type { GgmlTypeName } from '../llama/ggml_types.js'

/**
 * Million weights per second and core that llama.cpp's own library writes. Measured on one 2-core
 * AMD EPYC through `quantizeRows` (design.md, section 7: Q4_0, Q5_0, Q8_0, Q4_K, Q6_K) and on one
 * thread of it (facts/quantization.md, 5.4: Q5_K); the IQ types, Q2_K and Q3_K by their ratio to
 * Q6_K in one run on the same machine.
 */
const MILLIONS_PER_CORE: Partial<Record<GgmlTypeName, number>> = {
  F32: 400,
  F16: 250,
  BF16: 250,
  Q4_0: 250,
  Q4_1: 250,
  Q5_0: 250,
  Q5_1: 200,
  Q8_0: 250,
  Q2_K: 15,
  Q3_K: 25,
  Q4_K: 13,
  Q5_K: 18,
  Q6_K: 29,
  IQ4_NL: 5,
  IQ4_XS: 5,
  IQ3_S: 3,
  IQ3_XXS: 3.4,
  IQ2_S: 3.4,
  IQ2_XS: 2,
  IQ2_XXS: 3.4,
  IQ1_S: 1.5,
  IQ1_M: 1.5,
  TQ1_0: 100,
  TQ2_0: 100,
  MXFP4: 60,
}

/**
 * Weights per second that the main thread decodes, compares, hashes and writes, whatever the number
 * of cores. Measured as processor time of `quantizeGguf` on 110 million weights, same machine:
 * 1.8 s for F16, 2.5 s for Q4_0 of which 0.2 s in the library; Q4_K_M took 10.8 s in all threads.
 */
const WEIGHTS_PER_SECOND_OF_MAIN_THREAD = 50e6

/** Bytes per second from and to an ordinary disk. */
const DISK_BYTES_PER_SECOND = 400e6

/** Matrix products per core (design.md, section 7: 50 to 70 GFLOP/s on two cores). */
const FLOPS_PER_CORE = 30e9

/** What the process needs before it holds a weight: Node, the libraries, a tokenizer. */
export const BASE_MEMORY_BYTES = 200e6

export function cores(): number {
  return availableParallelism()
}

/** Seconds of one core for `elements` weights of a ggml type. */
export function coreSecondsToQuantize(type: GgmlTypeName, elements: number): number {
  return elements / ((MILLIONS_PER_CORE[type] ?? 5) * 1e6)
}

/**
 * Seconds on this box for arithmetic that is spread over the cores while the main thread passes
 * `elements` weights through.
 */
export function secondsToPipeline(elements: number, coreSeconds: number): number {
  const main = elements / WEIGHTS_PER_SECOND_OF_MAIN_THREAD
  return Math.max(main, (main + coreSeconds) / cores())
}

/**
 * Seconds to find the range of float32 weights and round them to 8 bits. Measured as processor
 * time of `quantizeOnnx` on a MatMul of 67 million weights, same machine: 1.53 s.
 */
export function secondsToRound(weightBytes: number): number {
  return weightBytes / 4 / 44e6
}

/** Seconds to read and write so much. */
export function secondsToStream(bytes: number): number {
  return bytes / DISK_BYTES_PER_SECOND
}

export function secondsToCompute(operations: number): number {
  return operations / (FLOPS_PER_CORE * cores())
}

/** Estimates are not better than two digits, and never zero. */
export function rounded(seconds: number): number {
  const value = Math.max(0.1, seconds)
  const step = 10 ** Math.floor(Math.log10(value) - 1)
  return Number((Math.round(value / step) * step).toPrecision(3))
}
