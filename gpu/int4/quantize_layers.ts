import { awqLayer } from '../awq/quantize_layer.js'
import { gptqLinears } from '../gptq/quantize_linears.js'
import type { Int4Context, Solved } from './int4_context.js'
import type { Layer, Linear } from './layers.js'
import type { Int4Settings } from './settings.js'
import type { Statistics } from './statistics.js'

/** Quantizes the given linears of one decoder layer. */
export async function quantizeLayer(
  layer: Layer,
  linears: Linear[],
  statistics: Statistics,
  settings: Int4Settings,
  context: Int4Context
): Promise<Solved> {
  if (settings.method === 'awq') return awqLayer(layer, linears, statistics, settings, context)
  const solved: Solved = { tensors: [], outcomes: [] }
  for (const group of Map.groupBy(linears, ({ input, expert }) => `${input} ${expert}`).values()) {
    const { input, expert } = group[0]!
    const inputs = await statistics.of(input, expert)
    const { tensors, outcomes } = await gptqLinears(group, inputs, settings, context)
    solved.tensors.push(...tensors)
    solved.outcomes.push(...outcomes)
  }
  return solved
}
