/**
 * Typed values of a GGUF header, as `gpu/gguf/metadata.ts` writes them.
 */

/** Names of `enum gguf_type` by number. Source: `docs/gguf.md` of ggml. */
export const VALUE_TYPES = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'bool',
  'string',
  'array',
  'uint64',
  'int64',
  'float64',
] as const

export type ScalarType = Exclude<(typeof VALUE_TYPES)[number], 'array'>

/** Texts that are not UTF-8 are kept as bytes, so that they can be written again unchanged. */
export type GgufText = string | Uint8Array

export type GgufValue =
  | { type: 'string'; value: GgufText }
  | { type: 'bool'; value: boolean }
  | { type: Exclude<ScalarType, 'string' | 'bool'>; value: number | bigint }
  | { type: 'array'; of: ScalarType; value: ArrayLike<GgufText | number | bigint | boolean> }

/** The key-value pairs of a file, in its order. */
export class GgufMetadata {
  constructor(readonly entries: ReadonlyMap<string, GgufValue>) {}

  /** A number; the first one of an array, whose values are per layer. */
  number(key: string): number | null {
    const entry = this.entries.get(key)
    const value = entry?.type === 'array' ? entry.value[0] : entry?.value
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null
  }

  text(key: string): string | null {
    const entry = this.entries.get(key)
    return entry?.type === 'string' && typeof entry.value === 'string' ? entry.value : null
  }

  /** Items of an array; null when the key is not there or holds no array. */
  count(key: string): number | null {
    const entry = this.entries.get(key)
    return entry?.type === 'array' ? entry.value.length : null
  }
}
