import type { OutgoingTensor } from '../formats/safetensors/write_safetensors.js'
import { notFinite, starved, weightsNotFinite } from '../gptq/quantize_linears.js'
import {
  outgoing,
  readWeight,
  slices,
  type Int4Context,
  type Solved,
} from '../int4/int4_context.js'
import type { Layer, Linear, Mapping } from '../int4/layers.js'
import type { AwqSettings } from '../int4/settings.js'
import {
  FEWEST_TOKENS,
  isFinite,
  type InputStatistics,
  type Statistics,
} from '../int4/statistics.js'
import { fromFloats, toFloats } from '../int4/weight_rows.js'
import type { Note } from '../protocol.js'
import { awqTensors } from './pack.js'
import { searchScale } from './search_scale.js'

/** Queries and keys: clipping them harms attention (AutoAWQ leaves them alone). */
const NEVER_CLIPPED = new Set(['q', 'k', 'qkv'])

/** Where channels were scaled. */
interface Scaling {
  /** By module: factor of every input column. */
  inputs: Map<string, Float32Array>
  /** By module: divisor of every output row. */
  outputs: Map<string, Float32Array>
  /** Norms and biases that absorbed a scale. */
  changed: OutgoingTensor[]
}

/** Moves scales inside one decoder layer, then clips and rounds its linears. */
export async function awqLayer(
  layer: Layer,
  linears: Linear[],
  statistics: Statistics,
  settings: AwqSettings,
  context: Int4Context
): Promise<Solved> {
  const scaling: Scaling = { inputs: new Map(), outputs: new Map(), changed: [] }
  for (const mapping of layer.mappings) {
    const { input, expert } = mapping.linears[0]!
    const { usable } = judge(mapping.linears[0]!, await statistics.of(input, expert))
    if (!usable || !mapping.linears.every((linear) => linears.includes(linear))) continue
    const scale = await searchScale(mapping.linears, usable, settings, context)
    await absorb(mapping, scale, scaling, context)
  }
  const solved: Solved = { tensors: scaling.changed, outcomes: [] }
  for (const linear of linears) {
    const inputs = judge(linear, await statistics.of(linear.input, linear.expert))
    const { tensors, outcomes } = await roundLinear(linear, inputs, scaling, settings, context)
    solved.tensors.push(...tensors)
    solved.outcomes.push(...outcomes)
  }
  return solved
}

function judge({ module }: Linear, found: InputStatistics | null) {
  if (!found || found.tokens < FEWEST_TOKENS) {
    return { usable: null, note: starved(module, found?.tokens ?? 0) }
  }
  if (!isFinite(found)) return { usable: null, note: notFinite(module) }
  return { usable: found }
}

/**
 * Divides what feeds the linears. A norm is stored in 16 bits, so the factor that the linears get
 * is the one that the rounded norm really took.
 */
async function absorb(
  { linears, from }: Mapping,
  scale: Float32Array,
  scaling: Scaling,
  { source }: Int4Context
): Promise<void> {
  let taken = scale
  if ('norm' in from) {
    const { dtype, shape } = source.tensors.get(from.norm)!
    const plus = from.plusOne ? 1 : 0
    const before = toFloats(await source.read(from.norm), dtype)
    const target = dtype === 'BF16' ? 'BF16' : 'F16'
    const stored = fromFloats(
      before.map((weight, i) => (weight + plus) / scale[i]! - plus),
      target
    )
    const after = toFloats(stored, target)
    taken = before.map((weight, i) => {
      const factor = (weight + plus) / (after[i]! + plus)
      return Number.isFinite(factor) && factor > 0 ? factor : scale[i]!
    })
    scaling.changed.push(outgoing(from.norm, target, [...shape], stored))
  } else {
    const { linear, firstRow } = from
    const divisor = new Float32Array(linear.outputs).fill(1)
    divisor.set(scale, firstRow)
    scaling.outputs.set(linear.module, divisor)
    const bias = source.tensors.get(`${linear.module}.bias`)
    if (bias) {
      const values = toFloats(await source.read(bias.name), bias.dtype)
      const divided = values.map((value, i) => value / divisor[i]!)
      const target = bias.dtype === 'BF16' ? 'BF16' : 'F16'
      const stored = fromFloats(divided, target)
      scaling.changed.push(outgoing(bias.name, target, [...bias.shape], stored))
    }
  }
  for (const { module } of linears) scaling.inputs.set(module, taken)
}

async function roundLinear(
  linear: Linear,
  inputs: { usable: InputStatistics | null; note?: Note },
  scaling: Scaling,
  settings: AwqSettings,
  context: Int4Context
): Promise<Solved> {
  const { module, role, outputs } = linear
  const { symmetric } = settings
  const groupSize = settings.groupSize === -1 ? linear.inputs : settings.groupSize
  const groups = linear.inputs / groupSize
  const weight = await readWeight(context.source, linear)
  const into = awqTensors(linear.inputs, outputs, groups)
  const reports = await Promise.all(
    slices(outputs, context.pool.size).map((slice) =>
      context.pool.run('round', {
        ...slice,
        ...{ weight, groupSize, symmetric, into },
        inputScale: scaling.inputs.get(module) ?? null,
        outputDivisor: scaling.outputs.get(module) ?? null,
        hessian: inputs.usable?.hessian ?? null,
        clip: settings.clip && !NEVER_CLIPPED.has(role),
      })
    )
  )
  if (!reports.every((report) => report.finite)) throw weightsNotFinite(module)

  const total = (key: 'loss' | 'squaredError' | 'squaredNorm') =>
    reports.reduce((sum, report) => sum + report[key], 0)
  const tensors = [
    outgoing(`${module}.qweight`, 'I32', [linear.inputs, outputs / 8], into.qweight),
    outgoing(`${module}.qzeros`, 'I32', [groups, outputs / 8], into.qzeros),
    outgoing(`${module}.scales`, 'F16', [groups, outputs], into.scales),
  ]
  const outcome = {
    name: `${module}.weight`,
    shape: [outputs, linear.inputs],
    from: weight.dtype,
    to: 'INT4',
    bytesBefore: weight.bytes.length,
    bytesAfter: into.qweight.byteLength + into.qzeros.byteLength + into.scales.byteLength,
    relativeError: Math.sqrt(total('squaredError') / (total('squaredNorm') || 1)),
    ...(inputs.usable ? { loss: total('loss') / (inputs.usable.tokens * outputs) } : {}),
    ...(inputs.note ? { note: inputs.note } : {}),
  }
  return { tensors, outcomes: [outcome] }
}
