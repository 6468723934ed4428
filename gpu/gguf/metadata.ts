/**
 * Typed key-value pairs of a GGUF header. Source: `docs/gguf.md` of ggml, version 3.
 */

/** Numbers of `enum gguf_type`. */
export const VALUE_TYPES = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const

export type ScalarType = Exclude<keyof typeof VALUE_TYPES, 'array'>

export type MetadataValue =
  | { type: 'string'; value: string | Uint8Array }
  | { type: 'bool'; value: boolean }
  | { type: Exclude<ScalarType, 'string' | 'bool'>; value: number | bigint }
  | {
      type: 'array'
      of: ScalarType
      value: ArrayLike<string | Uint8Array | number | bigint | boolean>
    }

/** Pairs in the order of writing; setting a key again replaces its value. */
export class Metadata {
  readonly entries = new Map<string, MetadataValue>()

  set(key: string, value: MetadataValue): this {
    this.entries.set(key, value)
    return this
  }

  string(key: string, value: string | null | undefined): this {
    return value === null || value === undefined ? this : this.set(key, { type: 'string', value })
  }

  uint32(key: string, value: number | null | undefined): this {
    return value === null || value === undefined ? this : this.set(key, { type: 'uint32', value })
  }

  float32(key: string, value: number | null | undefined): this {
    return value === null || value === undefined ? this : this.set(key, { type: 'float32', value })
  }

  bool(key: string, value: boolean | null | undefined): this {
    return value === null || value === undefined ? this : this.set(key, { type: 'bool', value })
  }

  strings(key: string, value: readonly (string | Uint8Array)[] | null | undefined): this {
    if (!value || value.length === 0) return this
    return this.set(key, { type: 'array', of: 'string', value })
  }

  delete(key: string): this {
    this.entries.delete(key)
    return this
  }

  /** The number under a key, 0 when it is absent; the first one of an array (per-layer values). */
  number(key: string): number {
    const entry = this.entries.get(key)
    const value = entry?.type === 'array' ? entry.value[0] : entry?.value
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0
  }

  text(key: string): string | null {
    const entry = this.entries.get(key)
    return entry?.type === 'string' && typeof entry.value === 'string' ? entry.value : null
  }
}
