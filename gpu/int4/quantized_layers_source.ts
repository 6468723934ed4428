import type { TensorInfo, TensorSource } from '../formats/tensor_source.js'
import { SafetensorsFile } from '../formats/safetensors/safetensors_file.js'
import { dequantized } from './dequantized_source.js'
import type { Int4Job } from './int4_job.js'
import { quantizationConfig } from './quantization_config.js'

/** The original model in which finished layers have the weights that they were rounded to. */
export async function withQuantizedLayers(job: Int4Job): Promise<TensorSource> {
  const { model, plan, settings, checkpoint } = job
  const original = model.source
  const tensors = new Map<string, TensorInfo>(original.tensors)
  const readers = new Map<string, TensorSource>()
  const config = { quantization_config: quantizationConfig(settings, plan) }
  for (const { index } of plan.layers) {
    if (!checkpoint.has(index)) continue
    const layer = dequantized(await SafetensorsFile.open(checkpoint.fileOf(index)), config)
    checkpoint.closeWithMe(layer)
    for (const info of layer.tensors.values()) {
      tensors.set(info.name, info)
      readers.set(info.name, layer)
    }
  }
  return {
    format: original.format,
    tensors,
    read: (name, start, end) => (readers.get(name) ?? original).read(name, start, end),
    close: async () => {},
  }
}
