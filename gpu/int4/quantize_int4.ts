import type { QuantizeOrder, QuantizeResult } from '../protocol.js'
import type { TaskContext } from '../shared/task.js'
import { calibrateWithLlama } from './calibrate_with_llama.js'
import { runInt4 } from './run_int4.js'

/** The order “make a GPTQ or AWQ checkpoint of this model”. @throws as `runInt4` and `calibrateInPasses` */
export async function quantizeInt4(
  order: QuantizeOrder,
  context: TaskContext
): Promise<QuantizeResult> {
  const { method } = order
  if (method !== 'gptq' && method !== 'awq') throw new RangeError(`${method} is not an INT4 method`)
  return runInt4({ ...order, method }, context, calibrateWithLlama)
}
