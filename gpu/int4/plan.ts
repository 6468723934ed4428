import type { TensorSource } from '../formats/tensor_source.js'
import type { Note } from '../protocol.js'
import { ModelError, note } from '../shared/errors.js'
import type { Architecture } from './architectures.js'
import { findLayers, type Layer, type Linear } from './layers.js'
import type { Int4Settings } from './settings.js'
import { isFloat } from './weight_rows.js'

export interface Int4Plan {
  layers: Layer[]
  /** Linears that stay in 16 bits, with the reason. */
  leftAlone: Map<string, Note>
}

/**
 * What will be quantized.
 *
 * @throws ModelError `E_NOTHING_TO_QUANTIZE`, `E_GROUP_SIZE`, `E_DTYPE_UNSUPPORTED`
 */
export function planInt4(
  source: TensorSource,
  architecture: Architecture,
  settings: Int4Settings
): Int4Plan {
  const layers = findLayers(source.tensors, architecture)
  const leftAlone = new Map<string, Note>()
  const linears = layers.flatMap((layer) => layer.linears)
  if (linears.length === 0) {
    throw new ModelError(
      'E_NOTHING_TO_QUANTIZE',
      'No linear layers with the usual names were found in this model, so GPTQ and AWQ have nothing to do. Choose GGUF.'
    )
  }
  checkGroupSize(linears, settings.groupSize)
  for (const linear of linears) {
    const name = `${linear.module}.weight`
    const { dtype } = source.tensors.get(name)!
    if (!isFloat(dtype)) throw badType(name, dtype)
    const remark = cannotPack(linear, settings)
    if (remark) leftAlone.set(linear.module, remark)
  }
  return { layers, leftAlone }
}

/** The linears of a layer that will be quantized. */
export function quantized(plan: Int4Plan, layer: Layer): Linear[] {
  return layer.linears.filter((linear) => !plan.leftAlone.has(linear.module))
}

/** Serving engines refuse groups that do not fill the rows, so they are refused before the work. */
function checkGroupSize(linears: readonly Linear[], groupSize: number): void {
  if (groupSize === -1) return
  const misfit = linears.find((linear) => linear.inputs % groupSize !== 0)
  if (!misfit) return
  const fitting = [128, 64, 32].find((size) => linears.every(({ inputs }) => inputs % size === 0))
  const advice = fitting
    ? `Choose a group size of ${fitting}.`
    : 'Choose a group size of −1 (one group per row), or GGUF.'
  throw new ModelError(
    'E_GROUP_SIZE',
    `“${misfit.module}” has ${misfit.inputs} inputs, which do not divide into groups of ${groupSize}. ${advice}`,
    {
      params: {
        module: misfit.module,
        inputs: misfit.inputs,
        groupSize,
        fitting: fitting ?? -1,
      },
    }
  )
}

/** Codes fill words of 32 bits along the inputs (GPTQ), zeros and AWQ's codes along the outputs. */
function cannotPack({ module, inputs, outputs }: Linear, settings: Int4Settings): Note | null {
  const byOutputs = (outputs * settings.bits) % 32 !== 0
  const byInputs = settings.method === 'gptq' && (inputs * settings.bits) % 32 !== 0
  if (!byOutputs && !byInputs) return null
  return note(
    'shape_not_packable',
    `“${module}” (${outputs} × ${inputs}) does not fill whole words and stays in 16 bits.`,
    { module, outputs, inputs }
  )
}

function badType(name: string, dtype: string): ModelError {
  return new ModelError(
    'E_DTYPE_UNSUPPORTED',
    `“${name}” is stored as ${dtype}. GPTQ and AWQ start from F32, F16 or BF16 weights: use the original model.`,
    { params: { name, dtype } }
  )
}
