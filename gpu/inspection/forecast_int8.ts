import type { OnnxSummary } from '../onnx/summary.js'
import type { MethodForecast } from '../protocol.js'
import { note } from '../shared/errors.js'
import { BASE_MEMORY_BYTES, rounded, secondsToRound, secondsToStream } from './costs.js'
import type { ModelFacts } from './facts.js'
import { alreadyQuantized } from './forecast_int4.js'

/**
 * Encoders and classifiers usually keep more than 98 % of their accuracy; models with outliers in
 * their activations lose more (onnxruntime #18430). The job's comparison tells for each model.
 */
const USUAL_QUALITY = 0.93

/** INT8 of an ONNX model with default options; for other formats, how to get there. */
export function forecastInt8(facts: ModelFacts, summary: OnnxSummary | null): MethodForecast {
  const impossible = { method: 'int8', possible: false, recommended: false } as const
  if (!summary) {
    const advice = note(
      'int8_needs_onnx',
      'INT8 is made from an ONNX file. Export the model to ONNX first (for Hugging Face models: `optimum-cli export onnx`).'
    )
    return { ...impossible, notes: [advice] }
  }
  if (facts.quantizedAlready !== null) {
    return { ...impossible, notes: [alreadyQuantized(facts.quantizedAlready)] }
  }
  const { int8 } = summary
  if (!int8.possible) {
    const nothing = note(
      'int8_nothing_to_do',
      'Nothing in this graph can be quantized: it has no matrix product, convolution, LSTM or embedding with weights of its own outside If, Loop and Scan.'
    )
    return { ...impossible, notes: [nothing, ...int8.notes] }
  }
  return {
    method: 'int8',
    possible: true,
    notes: int8.notes,
    bytes: int8.bytes,
    seconds: rounded(secondsToRound(int8.weightBytes) + secondsToStream(facts.bytes)),
    peakMemoryBytes: BASE_MEMORY_BYTES + int8.largestWeightBytes / 4,
    quality: USUAL_QUALITY,
    recommended: false,
  }
}
