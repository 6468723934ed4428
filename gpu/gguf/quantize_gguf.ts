/** The order “make a GGUF of this model”. */
import { type OpenedModel, openModel } from '../formats/open_model.js'
import { detectBackend } from '../llama/library.js'
import type { GgufOptions, QuantizeOrder, QuantizeResult } from '../protocol.js'
import { ModelError } from '../shared/errors.js'
import type { TaskContext } from '../shared/task.js'
import type { ConversionInput } from './conversion_input.js'
import { readFileType } from './file_types.js'
import { dequantized } from '../int4/dequantized_source.js'
import { forgetImportance, makeImportance, wantsImportance } from './importance_matrix.js'
import { prepareGguf } from './prepare_gguf.js'
import { prepareHuggingFace } from './prepare_huggingface.js'
import { writeGguf } from './write_gguf.js'

/**
 * Converts and quantizes in one pass over the weights.
 * @throws ModelError, see `prepareHuggingFace`, `prepareGguf` and `writeGguf`; the signal's reason
 */
export async function quantizeGguf(
  order: QuantizeOrder,
  context: TaskContext
): Promise<QuantizeResult> {
  const startedAt = performance.now()
  const options = order.options as GgufOptions
  const type = readFileType(options.type)
  context.report({ stage: 'reading', fraction: 0 })
  const opened = await openModel(order.source)
  try {
    const input = await prepareConversion(opened)
    const ready = opened.kind === 'gguf' ? (opened.source.paths[0] ?? null) : null
    const matrix = wantsImportance(input, type, order)
      ? await makeImportance(input, order, ready, context)
      : undefined
    const written = await writeGguf(
      input,
      {
        fileType: type,
        overrides: options.overrides,
        out: order.out,
        checkpoint: order.checkpoint,
        importance: matrix?.weights,
      },
      context
    )
    await forgetImportance(order.checkpoint)
    return {
      method: 'gguf',
      options: { ...options, type },
      out: order.out,
      files: [written.file],
      bytesBefore: input.bytesBefore,
      bytesAfter: written.file.bytes,
      tensors: written.tensors,
      notes: [...input.notes, ...(matrix?.notes ?? [])],
      ...(matrix && { calibration: matrix.calibration }),
      versions: detectBackend().versions,
      seconds: (performance.now() - startedAt) / 1000,
      peakMemoryBytes: written.peakMemoryBytes,
      resumedTensors: written.resumedTensors,
    }
  } finally {
    await opened.close()
  }
}

/**
 * Any model that a GGUF can be made from; reads no weights. For dry runs together with
 * `predictGgufBytes`.
 * @throws ModelError `E_NOT_A_LANGUAGE_MODEL` for other formats, and see `prepareHuggingFace`
 */
export async function prepareConversion(opened: OpenedModel): Promise<ConversionInput> {
  if (opened.kind === 'huggingface') {
    // GPTQ and AWQ checkpoints appear as the floats that they stand for.
    return prepareHuggingFace({ ...opened, source: dequantized(opened.source, opened.config) })
  }
  if (opened.kind === 'gguf') return prepareGguf(opened.source)
  throw new ModelError(
    'E_NOT_A_LANGUAGE_MODEL',
    opened.kind === 'onnx'
      ? 'GGUF is made from a language model’s original weights, not from ONNX. Use INT8 for this model, or upload its Hugging Face folder.'
      : 'The weights have no config.json beside them, so nothing says what they compute. Upload the model’s whole folder.',
    { params: { kind: opened.kind } }
  )
}
