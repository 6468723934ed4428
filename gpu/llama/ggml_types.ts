/**
 * Types that tensors of a GGUF file can have: numbers, elements per block and bytes per block.
 * Source: `enum ggml_type` in ggml.h and the block structures in ggml-common.h (llama.cpp v0.4.0);
 * `checkGgmlTypes` compares the table with the library.
 */
import koffi from 'koffi'
import { openLlama } from './library.js'
import { TYPE_TRAITS, type Pointer } from './layouts.js'

export interface GgmlType {
  name: string
  id: number
  /** Elements per block; a row is whole blocks. */
  blockElements: number
  blockBytes: number
  quantized: boolean
}

const type = (id: number, blockElements: number, blockBytes: number, quantized = true) => ({
  id,
  blockElements,
  blockBytes,
  quantized,
})

const TABLE = {
  F32: type(0, 1, 4, false),
  F16: type(1, 1, 2, false),
  Q4_0: type(2, 32, 18),
  Q4_1: type(3, 32, 20),
  Q5_0: type(6, 32, 22),
  Q5_1: type(7, 32, 24),
  Q8_0: type(8, 32, 34),
  Q2_K: type(10, 256, 84),
  Q3_K: type(11, 256, 110),
  Q4_K: type(12, 256, 144),
  Q5_K: type(13, 256, 176),
  Q6_K: type(14, 256, 210),
  IQ2_XXS: type(16, 256, 66),
  IQ2_XS: type(17, 256, 74),
  IQ3_XXS: type(18, 256, 98),
  IQ1_S: type(19, 256, 50),
  IQ4_NL: type(20, 32, 18),
  IQ3_S: type(21, 256, 110),
  IQ2_S: type(22, 256, 82),
  IQ4_XS: type(23, 256, 136),
  I8: type(24, 1, 1, false),
  I16: type(25, 1, 2, false),
  I32: type(26, 1, 4, false),
  I64: type(27, 1, 8, false),
  F64: type(28, 1, 8, false),
  IQ1_M: type(29, 256, 56),
  BF16: type(30, 1, 2, false),
  TQ1_0: type(34, 256, 54),
  TQ2_0: type(35, 256, 66),
  MXFP4: type(39, 32, 17),
  NVFP4: type(40, 64, 36),
  Q1_0: type(41, 128, 18),
  Q2_0: type(42, 64, 18),
} as const

export type GgmlTypeName = keyof typeof TABLE

export const ggmlTypes = Object.fromEntries(
  Object.entries(TABLE).map(([name, rest]) => [name, { name, ...rest }])
) as Record<GgmlTypeName, GgmlType>

const byId = new Map(Object.values(ggmlTypes).map((entry) => [entry.id, entry]))

/** The type with a number of `enum ggml_type`, or undefined. */
export function ggmlTypeById(id: number): GgmlType | undefined {
  return byId.get(id)
}

/** Bytes of a row. @throws {RangeError} when the row is not whole blocks. */
export function rowBytes(name: GgmlTypeName, rowElements: number): number {
  const { blockElements, blockBytes } = ggmlTypes[name]
  if (rowElements % blockElements !== 0) {
    throw new RangeError(`A row of ${rowElements} is not whole blocks of ${name}`)
  }
  return (rowElements / blockElements) * blockBytes
}

export interface TypeTraits {
  typeName: string
  blockElements: number
  blockBytes: number
  quantized: boolean
  /** `void (const void *from, float *to, int64_t elements)`, or null. */
  toFloat: Pointer
}

/** What the library itself says of a type. */
export function typeTraits(id: number): TypeTraits {
  const raw = koffi.decode(openLlama().native.ggml_get_type_traits(id), TYPE_TRAITS) as {
    type_name: string
    blck_size: number
    type_size: number
    is_quantized: boolean
    to_float: Pointer
  }
  return {
    typeName: raw.type_name,
    blockElements: Number(raw.blck_size),
    blockBytes: Number(raw.type_size),
    quantized: raw.is_quantized,
    toFloat: raw.to_float,
  }
}
