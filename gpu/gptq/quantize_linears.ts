import type { Factor } from '../linalg/cholesky.js'
import type { Note, TensorOutcome } from '../protocol.js'
import { ModelError, note } from '../shared/errors.js'
import {
  outgoing,
  readWeight,
  slices,
  type Int4Context,
  type Solved,
} from '../int4/int4_context.js'
import type { Linear } from '../int4/layers.js'
import type { GptqSettings } from '../int4/settings.js'
import { FEWEST_TOKENS, isFinite, type InputStatistics } from '../int4/statistics.js'
import { columnOrder } from './column_order.js'
import { gptqTensors } from './pack.js'

/** Columns, their order and the factor that all linears with the same inputs share. */
interface Preparation {
  columns: Uint32Array
  dead: Uint32Array
  factor: Factor | null
  /** As a share of the mean diagonal. */
  damp?: number
  note?: Note
}

/** Quantizes the linears of a layer that share their inputs. */
export async function gptqLinears(
  linears: Linear[],
  statistics: InputStatistics | null,
  settings: GptqSettings,
  context: Int4Context
): Promise<Solved> {
  const preparation = await prepare(linears[0]!, statistics, settings, context)
  const solved: Solved = { tensors: [], outcomes: [] }
  for (const linear of linears) {
    const { tensors, outcomes } = await quantizeLinear(linear, preparation, settings, context)
    solved.tensors.push(...tensors)
    solved.outcomes.push(...outcomes)
  }
  return solved
}

async function prepare(
  { inputs, module }: Linear,
  statistics: InputStatistics | null,
  settings: GptqSettings,
  { pool }: Int4Context
): Promise<Preparation> {
  const asTheyCome = Uint32Array.from({ length: inputs }, (_, i) => i)
  const nearest = { columns: asTheyCome, dead: new Uint32Array(), factor: null }
  if (!statistics || statistics.tokens < FEWEST_TOKENS) {
    return { ...nearest, note: starved(module, statistics?.tokens ?? 0) }
  }
  if (!isFinite(statistics)) return { ...nearest, note: notFinite(module) }

  const { diagonal, dead, mean } = liveDiagonal(statistics)
  const hessian = statistics.hessian
  for (const column of dead) hessian.data[column * inputs + column] = mean
  const groupSize = settings.groupSize === -1 ? inputs : settings.groupSize
  const columns = columnOrder(diagonal, settings.actOrder, groupSize)
  for (let damp = settings.dampPercent; damp <= 1; damp = Math.max(0.01, 2 * damp)) {
    const order = { hessian, columns, damp: damp * mean }
    const factor = await pool.run('factorize', order)
    if (factor) return { columns, dead, factor, damp }
  }
  return { ...nearest, note: singular(module) }
}

/** Channels that are always zero say nothing: their weights go, and the average leaves them out. */
function liveDiagonal({ hessian }: InputStatistics) {
  const n = hessian.rows
  const diagonal = Float32Array.from({ length: n }, (_, i) => hessian.data[i * n + i]!)
  const dead = Uint32Array.from(diagonal.keys()).filter((i) => !(diagonal[i]! > 0))
  const total = diagonal.reduce((sum, value) => sum + value, 0)
  const mean = dead.length < n ? total / (n - dead.length) : 1
  return { diagonal, dead, mean }
}

async function quantizeLinear(
  linear: Linear,
  { columns, dead, factor, damp, note: remark }: Preparation,
  settings: GptqSettings,
  context: Int4Context
): Promise<Solved> {
  const { module, inputs, outputs } = linear
  const { bits, actOrder, symmetric, mse } = settings
  const groupSize = settings.groupSize === -1 ? inputs : settings.groupSize
  const groups = inputs / groupSize
  const weight = await readWeight(context.source, linear)
  const into = gptqTensors({ inputs, outputs, groups, bits })
  const storedZero = settings.format === 'gptq' ? 1 : 0
  const groupsByOrder = actOrder === 'full' && factor !== null
  const reports = await Promise.all(
    slices(outputs, context.pool.size).map((slice) =>
      context.pool.run('solve', {
        ...slice,
        ...{ weight, dead, columns, factor, bits, symmetric, mse, groupSize, into },
        lowestZero: storedZero,
        storedZero,
        fixedGroups: actOrder === 'static',
        groupsByOrder,
      })
    )
  )
  if (!reports.every((report) => report.finite)) throw weightsNotFinite(module)

  const total = (key: 'loss' | 'squaredError' | 'squaredNorm') =>
    reports.reduce((sum, report) => sum + report[key], 0)
  const groupOf = new Int32Array(inputs)
  columns.forEach((column, t) => {
    groupOf[column] = Math.floor((groupsByOrder ? t : column) / groupSize)
  })
  const tensors = [
    outgoing(`${module}.qweight`, 'I32', [(inputs * bits) / 32, outputs], into.qweight),
    outgoing(`${module}.qzeros`, 'I32', [groups, (outputs * bits) / 32], into.qzeros),
    outgoing(`${module}.scales`, 'F16', [groups, outputs], into.scales),
    outgoing(`${module}.g_idx`, 'I32', [inputs], groupOf),
  ]
  const after = [into.qweight, into.qzeros, into.scales, groupOf]
  const outcome: TensorOutcome = {
    name: `${module}.weight`,
    shape: [outputs, inputs],
    from: weight.dtype,
    to: `INT${bits}`,
    bytesBefore: weight.bytes.length,
    bytesAfter: after.reduce((sum, array) => sum + array.byteLength, 0),
    relativeError: Math.sqrt(total('squaredError') / (total('squaredNorm') || 1)),
    ...(factor ? { loss: total('loss') } : {}),
    ...(damp === undefined ? {} : { damp }),
    ...(remark ? { note: remark } : {}),
  }
  return { tensors, outcomes: [outcome] }
}

export function weightsNotFinite(module: string): ModelError {
  return new ModelError(
    'E_WEIGHTS_NOT_FINITE',
    `The weights of “${module}” contain NaN or infinite values: the model is damaged. Fetch or export it again.`,
    { params: { module } }
  )
}

export function starved(module: string, tokens: number): Note {
  return note(
    'too_few_tokens',
    `Only ${tokens} calibration tokens reached “${module}”; it was rounded to nearest.`,
    { module, tokens }
  )
}

export function notFinite(module: string): Note {
  return note(
    'activations_not_finite',
    `The inputs of “${module}” became NaN or infinite in calibration; it was rounded to nearest.`,
    { module }
  )
}

function singular(module: string): Note {
  return note(
    'singular_hessian',
    `The inputs of “${module}” say too little about it, whatever the damping; it was rounded to nearest.`,
    { module }
  )
}
