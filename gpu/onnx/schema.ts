/**
 * Field numbers and enumerations of onnx.proto3 (ONNX 1.23, IR version 13), as far as they are
 * read or written here. Everything else passes through untouched.
 */
export const MODEL = {
  irVersion: 1,
  producerName: 2,
  producerVersion: 3,
  graph: 7,
  opsetImport: 8,
  metadata: 14,
  functions: 25,
} as const

export const GRAPH = {
  node: 1,
  name: 2,
  initializer: 5,
  input: 11,
  output: 12,
  valueInfo: 13,
  sparseInitializer: 15,
} as const

export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const

export const ATTRIBUTE = {
  name: 1,
  f: 2,
  i: 3,
  s: 4,
  t: 5,
  g: 6,
  floats: 7,
  ints: 8,
  graphs: 11,
  type: 20,
} as const

export const ATTRIBUTE_TYPE = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  graphs: 10,
} as const

export const TENSOR = {
  dims: 1,
  dataType: 2,
  segment: 3,
  floatData: 4,
  int32Data: 5,
  stringData: 6,
  int64Data: 7,
  name: 8,
  rawData: 9,
  doubleData: 10,
  uint64Data: 11,
  externalData: 13,
  dataLocation: 14,
} as const

export const DTYPE = {
  undefined: 0,
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const

/** Name (as in safetensors where one exists) and bits of each element type of ONNX. */
const DTYPES: Record<number, { name: string; bits: number }> = {
  1: { name: 'F32', bits: 32 },
  2: { name: 'U8', bits: 8 },
  3: { name: 'I8', bits: 8 },
  4: { name: 'U16', bits: 16 },
  5: { name: 'I16', bits: 16 },
  6: { name: 'I32', bits: 32 },
  7: { name: 'I64', bits: 64 },
  8: { name: 'STRING', bits: 0 },
  9: { name: 'BOOL', bits: 8 },
  10: { name: 'F16', bits: 16 },
  11: { name: 'F64', bits: 64 },
  12: { name: 'U32', bits: 32 },
  13: { name: 'U64', bits: 64 },
  14: { name: 'C64', bits: 64 },
  15: { name: 'C128', bits: 128 },
  16: { name: 'BF16', bits: 16 },
  17: { name: 'F8_E4M3', bits: 8 },
  18: { name: 'F8_E4M3FNUZ', bits: 8 },
  19: { name: 'F8_E5M2', bits: 8 },
  20: { name: 'F8_E5M2FNUZ', bits: 8 },
  21: { name: 'U4', bits: 4 },
  22: { name: 'I4', bits: 4 },
  23: { name: 'F4', bits: 4 },
  24: { name: 'F8_E8M0', bits: 8 },
  25: { name: 'U2', bits: 2 },
  26: { name: 'I2', bits: 2 },
}

export function dtypeName(dtype: number): string {
  return DTYPES[dtype]?.name ?? `type ${dtype}`
}

/** Bits of one element; 0 for strings, undefined for a type that ONNX does not have. */
export function dtypeBits(dtype: number): number | undefined {
  return DTYPES[dtype]?.bits
}
