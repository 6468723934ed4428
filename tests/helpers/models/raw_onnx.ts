/** Protocol buffers by hand: a field is its number and a varint, a text, or bytes of a message. */
type Field = [number: number, value: number | string | Buffer]

/** One MatMul of an input with a square weight of rising numbers, opset 13. */
export function rawOnnx(width = 4): Buffer {
  const weight = Float32Array.from({ length: width ** 2 }, (_, i) => i / width ** 2)
  const tensorType = message([
    [1, 1],
    [
      2,
      message([
        [1, message([[2, 'batch']])],
        [1, message([[1, width]])],
      ]),
    ],
  ])
  const value = (name: string) =>
    message([
      [1, name],
      [2, message([[1, tensorType]])],
    ])
  const node = message([
    [1, 'x'],
    [1, 'w'],
    [2, 'y'],
    [3, 'product'],
    [4, 'MatMul'],
  ])
  const initializer = message([
    [1, width],
    [1, width],
    [2, 1],
    [8, 'w'],
    [9, Buffer.from(weight.buffer)],
  ])
  const graph = message([
    [1, node],
    [2, 'tiny'],
    [5, initializer],
    [11, value('x')],
    [12, value('y')],
  ])
  return message([
    [1, 8],
    [7, graph],
    [8, message([[2, 13]])],
    [
      14,
      message([
        [1, 'license'],
        [2, 'mit'],
      ]),
    ],
  ])
}

function message(fields: Field[]): Buffer {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)])
      const bytes = Buffer.from(value)
      return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes])
    })
  )
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  return Buffer.from(bytes)
}
