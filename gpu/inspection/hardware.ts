import type { Fit, MethodForecast } from '../protocol.js'
import type { RunShape } from './facts.js'

const GB = 1024 ** 3

interface Hardware {
  key: string
  memoryBytes: number
  /** What the system, the driver and everything else on the machine keep for themselves. */
  takenBytes: number
}

/** Memory as it is sold; a card's driver takes half a gigabyte, a desktop system three. */
const HARDWARE: readonly Hardware[] = [
  { key: 'gpu_8gb', memoryBytes: 8 * GB, takenBytes: 0.5 * GB },
  { key: 'gpu_12gb', memoryBytes: 12 * GB, takenBytes: 0.5 * GB },
  { key: 'gpu_16gb', memoryBytes: 16 * GB, takenBytes: 0.5 * GB },
  { key: 'gpu_24gb', memoryBytes: 24 * GB, takenBytes: 0.5 * GB },
  { key: 'gpu_80gb', memoryBytes: 80 * GB, takenBytes: 1 * GB },
  { key: 'laptop_8gb', memoryBytes: 8 * GB, takenBytes: 3 * GB },
  { key: 'laptop_16gb', memoryBytes: 16 * GB, takenBytes: 3.5 * GB },
  { key: 'laptop_32gb', memoryBytes: 32 * GB, takenBytes: 4 * GB },
  { key: 'raspberry_pi_5', memoryBytes: 8 * GB, takenBytes: 1 * GB },
]

/** A context of this many tokens has to fit beside the weights. */
const CONTEXT_TOKENS = 4096
/** Scratch memory of one computation: activations, logits. */
const SCRATCH_SHARE = 0.05
const SCRATCH_BYTES = 0.3 * GB

/** Types that people should run, best first; more than Q8_0 costs memory and gains nothing. */
const LADDER = ['Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'Q4_K_S', 'IQ4_XS', 'Q3_K_M', 'Q2_K']

/** For each machine, the best that leaves room for a context. */
export function fitsOf(forecasts: readonly MethodForecast[], shape: RunShape | null): Fit[] {
  const choices = choicesOf(forecasts)
  return HARDWARE.map(({ key, memoryBytes, takenBytes }) => {
    const room = memoryBytes - takenBytes
    const best = choices.find(({ bytes }) => memoryToRun(bytes ?? Infinity, shape) <= room)
    const method = best ? { method: best.method, ...(best.type && { type: best.type }) } : null
    return { hardware: key, memoryBytes, method }
  })
}

/** Weights, keys and values of the context in float16, and scratch memory. */
export function memoryToRun(weightBytes: number, shape: RunShape | null): number {
  const tokens = Math.min(CONTEXT_TOKENS, shape?.contextLength ?? 0)
  const perToken = shape ? 2 * shape.layers * shape.keyValueHeads * shape.headDim * 2 : 0
  return weightBytes * (1 + SCRATCH_SHARE) + perToken * tokens + SCRATCH_BYTES
}

function choicesOf(forecasts: readonly MethodForecast[]): MethodForecast[] {
  const possible = forecasts.filter((forecast) => forecast.possible)
  const ladder = LADDER.flatMap((type) => {
    return possible.filter((forecast) => forecast.method === 'gguf' && forecast.type === type)
  })
  return ladder.length > 0 ? ladder : possible.filter((forecast) => forecast.method === 'int8')
}
