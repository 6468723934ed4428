/**
 * The element types of safetensors with their size in bits, in the order of the reference
 * implementation (`safetensors/src/tensor.rs`): the writer puts later ones first in a file.
 */
export const DTYPE_BITS: Readonly<Record<string, number>> = Object.freeze({
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
})

/** Rank of a dtype in the writer's order; wider is higher. */
export const DTYPE_RANK: ReadonlyMap<string, number> = new Map(
  Object.keys(DTYPE_BITS).map((dtype, rank) => [dtype, rank])
)

/** Bits of one element, or undefined for a dtype that does not exist. */
export function bitsOf(dtype: string): number | undefined {
  return Object.hasOwn(DTYPE_BITS, dtype) ? DTYPE_BITS[dtype] : undefined
}

/** Number of elements; undefined when it cannot be counted exactly in a number (2⁵³). */
export function countOf(shape: readonly number[]): number | undefined {
  if (shape.includes(0)) return 0
  let count = 1
  for (const dimension of shape) {
    count *= dimension
    if (!Number.isSafeInteger(count)) return undefined
  }
  return count
}
