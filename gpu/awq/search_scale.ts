import { readWeight, slices, type Int4Context } from '../int4/int4_context.js'
import type { Linear } from '../int4/layers.js'
import type { AwqSettings } from '../int4/settings.js'
import type { InputStatistics } from '../int4/statistics.js'

/** Work of one candidate on one linear: rows · inputs² multiplications at most. */
const PRODUCT_BUDGET = 8e9
const FEWEST_ROWS = 128

/**
 * AWQ's search: a factor per input channel, x_meanʳ / w_mean¹⁻ʳ with r from a grid, under which
 * rounding the given linears does least harm. The harm is exact for the tokens of calibration,
 * tr(E·H·Eᵀ) summed over the linears, instead of running them; of large weights it is taken on
 * evenly spread rows. Leaving the channels alone is one of the candidates.
 */
export async function searchScale(
  linears: Linear[],
  statistics: InputStatistics,
  settings: AwqSettings,
  context: Int4Context
): Promise<Float32Array> {
  const { pool, source } = context
  const n = linears[0]!.inputs
  const groupSize = settings.groupSize === -1 ? n : settings.groupSize
  const weights = await Promise.all(linears.map((linear) => readWeight(source, linear)))

  const candidates: Float32Array[] = [new Float32Array(n).fill(1)]
  const weightMean = new Float32Array(n).fill(1)
  if (settings.duoScaling) {
    const sums = await Promise.all(
      weights.flatMap((weight) =>
        slices(weight.outputs, pool.size).map((slice) =>
          pool.run('weightMeans', { weight, ...slice, groupSize })
        )
      )
    )
    const rows = linears.reduce((sum, linear) => sum + linear.outputs, 0)
    for (let i = 0; i < n; i++) weightMean[i] = sums.reduce((sum, s) => sum + s[i]!, 0) / rows
  }
  for (let step = 0; step < settings.gridSize; step++) {
    candidates.push(candidate(step / settings.gridSize, statistics.meanAbs, weightMean, settings))
  }

  const { hessian } = statistics
  const { symmetric } = settings
  const found = await Promise.all(
    weights.flatMap((weight) => {
      const sample = spreadRows(weight.outputs, n)
      return slices(sample.length, pool.size).map(async ({ first, end }) => {
        const rows = sample.subarray(first, end)
        const order = { weight, rows, hessian, candidates, groupSize, symmetric }
        const losses = await pool.run('losses', order)
        return losses.map((loss) => (loss * weight.outputs) / sample.length)
      })
    })
  )
  const totals = candidates.map((_, c) => found.reduce((sum, losses) => sum + losses[c]!, 0))
  let best = 0
  for (const [c, total] of totals.entries()) if (total < totals[best]!) best = c
  return candidates[best]!
}

/** s = max(x_meanʳ / (w_mean¹⁻ʳ + 1e-4), 1e-4) / √(max s · min s); plain x_meanʳ without duo. */
function candidate(
  r: number,
  inputMean: Float32Array,
  weightMean: Float32Array,
  { duoScaling }: AwqSettings
): Float32Array {
  const scale = inputMean.map((mean, i) => {
    const divisor = duoScaling ? weightMean[i]! ** (1 - r) + 1e-4 : 1
    return Math.max(mean ** r / divisor, 1e-4)
  })
  let low = Infinity
  let high = 0
  for (const value of scale) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const centre = Math.sqrt(low * high)
  return scale.map((value) => (Number.isFinite(value / centre) ? value / centre : 1))
}

function spreadRows(outputs: number, inputs: number): Uint32Array {
  const affordable = Math.floor(PRODUCT_BUDGET / inputs ** 2)
  const count = Math.min(outputs, Math.max(FEWEST_ROWS, affordable))
  return Uint32Array.from({ length: count }, (_, i) => Math.floor((i * outputs) / count))
}
