import type { QuantizeOptions, WeightOnlyOptions } from '#gpu/protocol'
import type QuantizationJob from '#app/quantization/models/quantization_job'

/**
 * Name of what a job writes, as people of the field expect it: `model-int8.onnx`,
 * `model-Q4_K_M.gguf`, `model-gptq-4bit` (a folder).
 */
export function resultName(
  job: Pick<QuantizationJob, 'method' | 'type'> & { options: QuantizeOptions },
  modelName: string
): string {
  const base = fileNamePart(modelName)
  switch (job.method) {
    case 'int8':
      return `${base}-int8.onnx`
    case 'gguf':
      return `${base}-${fileNamePart(job.type ?? 'quantized')}.gguf`
    case 'gptq':
    case 'awq':
      return `${base}-${job.method}-${(job.options as WeightOnlyOptions).bits ?? 4}bit`
  }
}

/** Letters, digits, dot, dash and underscore: fit for every file system and every header. */
export function fileNamePart(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '')
  const part = plain.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '')
  return part.slice(0, 100) || 'model'
}
