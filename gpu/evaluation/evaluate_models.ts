/** The order “compare these two models”, whatever they are. */
import { mkdtemp, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { EvaluateOrder, Evaluation, GgufOptions } from '../protocol.js'
import { openModel } from '../formats/open_model.js'
import { ModelError } from '../shared/errors.js'
import type { TaskContext } from '../shared/task.js'

/** Part of the progress that belongs to writing a GGUF of the original, where one is needed. */
const CONVERSION_SHARE = 0.2

/**
 * ONNX models run in ONNX Runtime. Language models run in llama.cpp: of a Hugging Face folder
 * (also one in GPTQ or AWQ) a GGUF in half precision is written beside the result for the time of
 * the comparison.
 *
 * @throws {ModelError} E_DIFFERENT_MODELS when one is a graph and the other a language model, and
 *   what `evaluateGraph`, `evaluateLanguage` and `quantizeGguf` throw.
 */
export async function evaluateModels(
  order: EvaluateOrder,
  context: TaskContext
): Promise<Evaluation> {
  const [before, after] = [await look(order.before), await look(order.after)]
  if ((before.kind === 'onnx') !== (after.kind === 'onnx')) {
    throw new ModelError(
      'E_DIFFERENT_MODELS',
      'An ONNX model cannot be compared with a language model. Choose the original that the smaller one was made from.'
    )
  }
  if (before.kind === 'onnx') {
    const { evaluateGraph } = await import('./graph/evaluate_graph.js')
    return evaluateGraph({ ...order, before: before.file, after: after.file }, context)
  }
  const scratch = await mkdtemp(join(dirname(order.after), `.${basename(order.after)}-compare-`))
  try {
    return await evaluateAsGguf(order, [before, after], scratch, context)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

interface Found {
  kind: 'huggingface' | 'weights' | 'gguf' | 'onnx'
  /** The file to open; the folder for a Hugging Face model. */
  file: string
  weightBytes: number
  /** Type of a GGUF that keeps what is there. */
  type: 'BF16' | 'F16'
}

async function look(path: string): Promise<Found> {
  const model = await openModel(path)
  try {
    const names = new Set(model.weightFiles)
    const weightBytes = model.files
      .filter(({ name }) => names.has(name))
      .reduce((sum, { bytes }) => sum + bytes, 0)
    const single = join(model.folder, model.weightFiles[0] ?? '')
    const file = model.kind === 'gguf' || model.kind === 'onnx' ? single : model.path
    const isBrainFloat =
      model.kind === 'huggingface' &&
      [...model.source.tensors.values()].some(({ dtype }) => dtype === 'BF16')
    return { kind: model.kind, file, weightBytes, type: isBrainFloat ? 'BF16' : 'F16' }
  } finally {
    await model.close()
  }
}

async function evaluateAsGguf(
  order: EvaluateOrder,
  models: Found[],
  scratch: string,
  { signal, report }: TaskContext
): Promise<Evaluation> {
  const { evaluateLanguage } = await import('./evaluate_language.js')
  const paths: string[] = []
  const conversions = models.filter(({ kind }) => kind !== 'gguf').length
  const before = conversions * CONVERSION_SHARE
  for (const model of models) {
    const done = paths.length * CONVERSION_SHARE
    const context: TaskContext = {
      signal,
      report: (progress) =>
        report({
          ...progress,
          stage: 'evaluating',
          fraction: done + progress.fraction * CONVERSION_SHARE,
          etaSeconds: undefined,
        }),
    }
    paths.push(
      model.kind === 'gguf' ? model.file : await writeGgufOf(model, scratch, paths.length, context)
    )
  }
  const [first, second] = paths as [string, string]
  const evaluation = await evaluateLanguage(
    { ...order, before: first, after: second },
    {
      signal,
      report: (progress) =>
        report({ ...progress, fraction: before + progress.fraction * (1 - before) }),
    }
  )
  // Sizes are those of what people download, not of the copies made for comparing.
  const [bytesBefore, bytesAfter] = [models[0]!.weightBytes, models[1]!.weightBytes]
  return { ...evaluation, bytesBefore, bytesAfter }
}

async function writeGgufOf(
  model: Found,
  scratch: string,
  index: number,
  context: TaskContext
): Promise<string> {
  const { quantizeGguf } = await import('../gguf/quantize_gguf.js')
  const out = join(scratch, `${index}.gguf`)
  const checkpoint = join(scratch, `checkpoint-${index}`)
  const options: GgufOptions = { type: model.type, importanceMatrix: 'never' }
  await quantizeGguf({ source: model.file, method: 'gguf', options, out, checkpoint }, context)
  return out
}
