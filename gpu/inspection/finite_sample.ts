import type { TensorSource } from '../formats/tensor_source.js'
import type { Note } from '../protocol.js'
import { note } from '../shared/errors.js'

/** Read from all tensors together; a few hundred milliseconds on a slow disk. */
const SAMPLE_BYTES = 16 * 1024 * 1024
const LEAST_BYTES = 4096

/** Exponent bits that are all set mean NaN or infinity. */
const EXPONENTS: Readonly<Record<string, { bytes: 2 | 4; mask: number }>> = {
  F32: { bytes: 4, mask: 0x7f800000 },
  BF16: { bytes: 2, mask: 0x7f80 },
  F16: { bytes: 2, mask: 0x7c00 },
}

/**
 * Looks for NaN and infinities at the start of every tensor; weights beyond are looked at when
 * they are quantized.
 */
export async function checkFinite(source: TensorSource, signal: AbortSignal): Promise<Note[]> {
  const floats = [...source.tensors.values()].filter(({ dtype }) => Object.hasOwn(EXPONENTS, dtype))
  const share = Math.max(LEAST_BYTES, Math.floor(SAMPLE_BYTES / Math.max(1, floats.length)))
  let budget = SAMPLE_BYTES
  for (const { name, dtype, bytes } of floats) {
    signal.throwIfAborted()
    const { bytes: size, mask } = EXPONENTS[dtype]!
    const length = Math.floor(Math.min(bytes, share, budget) / size) * size
    if (length === 0) continue
    budget -= length
    const piece = await source.read(name, 0, length)
    if (holdsNonFinite(piece, size, mask)) return [notFinite(name)]
  }
  return []
}

function holdsNonFinite(piece: Uint8Array, size: 2 | 4, mask: number): boolean {
  // A copy of its own starts at an aligned place, wherever the piece lies.
  const { buffer } = Uint8Array.from(piece)
  const values = size === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer)
  return values.some((value) => (value & mask) === mask)
}

function notFinite(name: string): Note {
  return note(
    'weights_not_finite',
    `The weights of “${name}” contain NaN or infinite values: training probably failed. Quantizing does not repair that; check the original model.`,
    { name }
  )
}
