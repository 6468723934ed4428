/**
 * The smallest ONNX model there is for a matrix product: one `Gemm` node, written by hand in the
 * protobuf wire format (onnx.proto3), so that ONNX Runtime's kernels can be called on any matrix.
 */
export interface GemmForm {
  transA: boolean
  transB: boolean
  /** `y = ±A·B`; with `accumulate`, `y += ±A·B`. */
  negate: boolean
  accumulate: boolean
}

/** A model with inputs `a`, `b` (and `c` when it accumulates), output `y`, every size free. */
export function gemmModel(form: GemmForm): Uint8Array {
  const inputs = form.accumulate ? ['a', 'b', 'c'] : ['a', 'b']
  const node = [
    ...inputs.flatMap((name) => text(1, name)),
    ...text(2, 'y'),
    ...text(4, 'Gemm'),
    ...intAttribute('transA', form.transA ? 1 : 0),
    ...intAttribute('transB', form.transB ? 1 : 0),
    ...floatAttribute('alpha', form.negate ? -1 : 1),
    ...floatAttribute('beta', form.accumulate ? 1 : 0),
  ]
  const graph = [
    ...field(1, node),
    ...text(2, 'gemm'),
    ...inputs.flatMap((name) => field(11, matrix(name))),
    ...field(12, matrix('y')),
  ]
  return Uint8Array.from([...integer(1, 8), ...field(7, graph), ...field(8, integer(2, 13))])
}

const matrix = (name: string) => {
  const dimensions = [0, 1].flatMap((axis) => field(1, text(2, `${name}${axis}`)))
  return [...text(1, name), ...field(2, field(1, [...integer(1, 1), ...field(2, dimensions)]))]
}
const intAttribute = (name: string, value: number) =>
  field(5, [...text(1, name), ...integer(3, value), ...integer(20, 2)])
const floatAttribute = (name: string, value: number) =>
  field(5, [...text(1, name), (2 << 3) | 5, ...float(value), ...integer(20, 1)])

const field = (number: number, bytes: number[]) => [
  ...varint(number * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
]
const text = (number: number, value: string) => field(number, [...Buffer.from(value)])
const integer = (number: number, value: number) => [...varint(number * 8), ...varint(value)]
const float = (value: number) => [...new Uint8Array(Float32Array.of(value).buffer)]

function varint(value: number): number[] {
  const bytes: number[] = []
  while (value > 127) {
    bytes.push((value & 127) | 128)
    value >>>= 7
  }
  return [...bytes, value]
}
