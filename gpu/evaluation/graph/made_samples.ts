import { Constants } from '../../onnx/constants.js'
import type { OnnxGraph, ValueInfo } from '../../onnx/model.js'
import { tensorOf, type Sample } from './values.js'

/** What stands for dimensions that the model leaves open. */
interface Sizes {
  batch: number
  /** Tokens, frames, steps. */
  sequence: number
  /** What a cache holds already. */
  past: number
  /** Height and width of a picture. */
  side: number
  other: number
}

/** Tried one after the other until the model runs: not every model takes every size. */
export const SIZES: Sizes[] = [
  { batch: 1, sequence: 16, past: 0, side: 224, other: 16 },
  { batch: 1, sequence: 16, past: 4, side: 64, other: 1 },
  { batch: 1, sequence: 512, past: 16, side: 128, other: 64 },
  { batch: 1, sequence: 1, past: 1, side: 32, other: 1 },
  { batch: 2, sequence: 8, past: 2, side: 256, other: 4 },
]

/**
 * Inputs with sensible values for a graph: token ids within the table that they index, masks of
 * ones, positions that count up, pictures from 0 to 1, normally distributed numbers otherwise.
 * The same seed makes the same sample.
 *
 * @returns null when an input is no tensor or its shape is unknown
 */
export function makeSample(
  graph: OnnxGraph,
  inputs: ValueInfo[],
  sizes: Sizes,
  seed: number
): Sample | null {
  const random = generator(seed)
  const sample: Sample = new Map()
  for (const input of inputs) {
    if (!input.shape) return null
    const dims = input.shape.map((dim, index) => sizeOf(dim, index, input, sizes))
    const value = valuesOf(graph, input, dims, sizes, random)
    const tensor = tensorOf(input.dtype, dims, value)
    if (!tensor) return null
    sample.set(input.name, tensor)
  }
  return sample
}

function sizeOf(
  dim: number | string | null,
  index: number,
  input: ValueInfo,
  sizes: Sizes
): number {
  if (typeof dim === 'number' && dim > 0) return dim
  const name = typeof dim === 'string' ? dim : ''
  if (name.includes('+')) {
    return name.split('+').reduce((sum, part) => sum + sizeOf(part.trim(), 1, input, sizes), 0)
  }
  if (/^\d+$/.test(name)) return Number(name)
  if (/total/i.test(name)) return sizes.past + sizes.sequence
  if (/past|cache|history/i.test(name)) return sizes.past
  if (/batch|^n$/i.test(name)) return sizes.batch
  if (/seq|len|time|frame|step|token/i.test(name)) return sizes.sequence
  if (/height|width|^[hw]$/i.test(name)) return sizes.side
  if (index === 0) return sizes.batch
  const isPicture = input.shape?.length === 4 && /^[13]$/.test(String(input.shape[1]))
  if (isPicture && index >= 2) return sizes.side
  return input.shape?.length === 2 ? sizes.sequence : sizes.other
}

function valuesOf(
  graph: OnnxGraph,
  { name, dtype }: ValueInfo,
  dims: number[],
  sizes: Sizes,
  random: () => number
): (index: number) => number {
  const last = dims.at(-1) ?? 1
  const isWhole = ![1, 10, 11, 16].includes(dtype)
  if (/mask/i.test(name) || dtype === 9) return () => 1
  if (!isWhole) {
    const isPicture = dims.length === 4 && (dims[1] === 1 || dims[1] === 3)
    return isPicture ? random : () => normal(random)
  }
  if (/token_type|segment/i.test(name)) return () => 0
  if (/position/i.test(name)) return (index) => sizes.past + (index % last)
  if (/^sr$|sample_?rate/i.test(name)) return () => 16000
  if (/len(gth)?s?$/i.test(name)) return () => sizes.sequence
  const rows = tableRows(graph, name) ?? 2
  return () => Math.floor(random() * rows)
}

/** Rows of the table that an input's values index, found through operators that only pass them on. */
function tableRows(graph: OnnxGraph, input: string): number | null {
  const constants = new Constants(graph)
  const same = new Set([input])
  for (const { opType, inputs, outputs } of graph.nodes) {
    const [first = '', second = ''] = inputs
    if (/^(Cast|Reshape|Unsqueeze|Squeeze|Identity|Flatten)$/.test(opType) && same.has(first)) {
      if (outputs[0]) same.add(outputs[0])
    } else if (opType === 'Gather' && same.has(second)) {
      const rows = constants.get(first)?.dims[0]
      if (rows) return rows
    } else if (opType === 'EmbedLayerNormalization' && same.has(first)) {
      const rows = constants.get(inputs[2])?.dims[0]
      if (rows) return rows
    }
  }
  return null
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** mulberry32: small, and good enough for inputs that only have to be the same each time. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
