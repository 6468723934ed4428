import { openModel } from '../formats/open_model.js'
import { ModelError } from '../shared/errors.js'
import { dequantized } from './dequantized_source.js'
import { quantized, type Int4Plan } from './plan.js'
import type { Int4Settings } from './settings.js'

/**
 * Reads a written checkpoint again with the strict readers: header and offsets of every file,
 * index against files, and the tensors of every quantized linear against each other.
 *
 * @throws ModelError `E_RESULT_INVALID`
 */
export async function checkWritten(
  folder: string,
  plan: Int4Plan,
  settings: Int4Settings
): Promise<void> {
  const model = await openModel(folder)
  try {
    if (model.kind !== 'huggingface') throw invalid('config.json')
    const weights = dequantized(model.source, model.config)
    for (const { module, inputs, outputs } of plan.layers.flatMap((l) => quantized(plan, l))) {
      const info = weights.tensors.get(`${module}.weight`)
      const groups = settings.groupSize === -1 ? 1 : inputs / settings.groupSize
      const scales = model.source.tensors.get(`${module}.scales`)
      const fits = info?.shape[0] === outputs && info.shape[1] === inputs && info.dtype === 'F32'
      if (!fits || scales?.shape[0] !== groups) throw invalid(module)
    }
  } finally {
    await model.close()
  }
}

function invalid(name: string): ModelError {
  return new ModelError(
    'E_RESULT_INVALID',
    `The written model does not read back as it should (“${name}”). The disk may be failing; start the job again.`,
    { params: { name }, retryable: true }
  )
}
