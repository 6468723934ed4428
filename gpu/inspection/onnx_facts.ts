import { basename } from 'node:path'
import type { OnnxModel } from '../formats/open_model.js'
import { type OnnxSummary, readOnnxSummary } from '../onnx/summary.js'
import { type ModelFacts, tensorFacts } from './facts.js'
import { readCard } from './licence.js'

export async function onnxFacts(
  model: OnnxModel
): Promise<{ facts: ModelFacts; summary: OnnxSummary }> {
  const summary = readOnnxSummary(model.file)
  const { metadata } = summary
  const card = await readCard(model.folder, model.files)
  const { tensorCount, tensors } = tensorFacts(summary.tensors)
  return {
    summary,
    facts: {
      format: 'onnx',
      source: model.path,
      bytes: summary.files.reduce((sum, file) => sum + file.bytes, 0),
      files: summary.files,
      architecture: metadata.model_type ?? kindOf(summary.graph.operators),
      name: metadata.model_name ?? metadata.name ?? basename(model.file),
      licence: metadata.license ?? metadata.licence ?? card.licence,
      parameters: summary.parameters,
      dtypes: summary.dtypes,
      tensorCount,
      tensors,
      tokenizer: null,
      quantizedAlready: summary.quantizedAlready,
      contextLength: null,
      graph: summary.graph,
      notes: [],
    },
  }
}

/** A graph has no name for what it is; its operators tell the family. */
function kindOf(operators: Record<string, number>): string | null {
  const count = (name: RegExp) => {
    return Object.entries(operators).reduce((sum, [key, n]) => sum + (name.test(key) ? n : 0), 0)
  }
  if (count(/(^|\.)\w*Attention$/) > 0) return 'transformer'
  if (count(/^(LSTM|GRU|RNN)$/) > 0) return 'recurrent'
  if (count(/^Conv(Transpose)?$/) > 2) return 'convolutional'
  if (count(/^Softmax$/) > 0 && count(/^MatMul$/) > 8) return 'transformer'
  if (count(/^ai\.onnx\.ml\./) > 0) return 'classical'
  return count(/^(MatMul|Gemm)$/) > 0 ? 'feed-forward' : null
}
