import { readFile, stat } from 'node:fs/promises'
import type { ValueInfo } from '../../onnx/model.js'
import { ModelError } from '../../shared/errors.js'
import { readNpz, type NpyArray } from './npz.js'
import { tensorOf, type Sample, type SampleTensor } from './values.js'

const MAX_JSON_BYTES = 64 * 1024 * 1024

/**
 * Samples from a file of the user: a `.npz` with one array per input (named as the input, or
 * `in.<input>`), where one more dimension in front means several samples; or JSON with an object
 * of nested arrays per sample, one or a list of them.
 *
 * @throws ModelError `E_SAMPLE_INPUTS` when the file does not fit the model's inputs
 */
export async function givenSamples(path: string, inputs: ValueInfo[]): Promise<Sample[]> {
  const samples = path.toLowerCase().endsWith('.json')
    ? await fromJson(path, inputs)
    : fromArrays(await readNpz(path), inputs)
  if (samples.length === 0) throw unfit('there are none in the file')
  return samples
}

async function fromJson(path: string, inputs: ValueInfo[]): Promise<Sample[]> {
  const { size } = await stat(path)
  if (size > MAX_JSON_BYTES) throw unfit('the file is too large')
  let content: unknown
  try {
    content = JSON.parse(await readFile(path, 'utf8'))
  } catch {
    throw unfit('the file is no JSON')
  }
  const list = Array.isArray(content) ? content : [content]
  return list.map((one: unknown) => {
    if (typeof one !== 'object' || one === null) throw unfit('a sample is no object')
    const values = one as Record<string, unknown>
    return new Map(inputs.map((input) => [input.name, fromNested(input, values[input.name])]))
  })
}

function fromNested(input: ValueInfo, nested: unknown): SampleTensor {
  if (nested === undefined) throw unfit(`“${input.name}” is missing`)
  const dims: number[] = []
  for (let level = nested; Array.isArray(level); level = level[0]) dims.push(level.length)
  const flat = Array.isArray(nested) ? (nested.flat(dims.length) as unknown[]) : [nested]
  const numbers = flat.map(Number)
  const size = dims.reduce((product, dim) => product * dim, 1)
  if (numbers.length !== size || numbers.some((value) => Number.isNaN(value))) {
    throw unfit(`“${input.name}” is not a regular array of numbers`)
  }
  return typed(input, dims, (index) => numbers[index]!)
}

function fromArrays(arrays: Map<string, NpyArray>, inputs: ValueInfo[]): Sample[] {
  const found = inputs.map((input) => {
    const array = arrays.get(input.name) ?? arrays.get(`in.${input.name}`)
    if (!array) throw unfit(`“${input.name}” is missing`)
    return { input, array }
  })
  const counts = found.map(({ input, array }) =>
    input.shape && array.dims.length === input.shape.length + 1 ? array.dims[0]! : null
  )
  const count = counts[0] ?? 1
  if (counts.some((one) => one !== (counts[0] ?? null))) {
    throw unfit('the inputs hold different numbers of samples')
  }
  return Array.from({ length: count }, (_, index) => {
    return new Map(
      found.map(({ input, array }, at) => {
        const dims = counts[at] === null ? array.dims : array.dims.slice(1)
        const size = dims.reduce((product, dim) => product * dim, 1)
        const read = reader(array)
        return [input.name, typed(input, dims, (i) => read(index * size + i))]
      })
    )
  })
}

function reader({ type, data }: NpyArray): (index: number) => number {
  switch (type) {
    case 'f4':
      return (index) => data.readFloatLE(index * 4)
    case 'f8':
      return (index) => data.readDoubleLE(index * 8)
    case 'f2': {
      const halves = new Float16Array(Uint8Array.from(data).buffer)
      return (index) => halves[index]!
    }
    case 'i8':
      return (index) => Number(data.readBigInt64LE(index * 8))
    case 'u8':
      return (index) => Number(data.readBigUInt64LE(index * 8))
    case 'i4':
      return (index) => data.readInt32LE(index * 4)
    case 'u4':
      return (index) => data.readUInt32LE(index * 4)
    case 'i2':
      return (index) => data.readInt16LE(index * 2)
    case 'u2':
      return (index) => data.readUInt16LE(index * 2)
    case 'i1':
      return (index) => data.readInt8(index)
    case 'u1':
    case 'b1':
      return (index) => data.readUInt8(index)
    default:
      throw unfit(`arrays of type ${type} are not supported`)
  }
}

function typed(input: ValueInfo, dims: number[], value: (index: number) => number): SampleTensor {
  const tensor = tensorOf(input.dtype, dims, value)
  if (!tensor) throw unfit(`“${input.name}” has a type that samples cannot have`)
  return tensor
}

function unfit(reason: string): ModelError {
  return new ModelError(
    'E_SAMPLE_INPUTS',
    `The sample inputs do not fit the model: ${reason}. Give one array for each input of the model.`,
    { params: { reason } }
  )
}
