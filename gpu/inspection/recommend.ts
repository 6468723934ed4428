import type { Inspection, MethodForecast } from '../protocol.js'
import { note } from '../shared/errors.js'

/**
 * The type for a language model by its size: small ones are cheap to run and have nothing to
 * spare, large ones lose little at 4 bit (quantization-peers.md, 2).
 */
const BY_SIZE: readonly { below: number; type: string }[] = [
  { below: 1e9, type: 'Q8_0' },
  { below: 3e9, type: 'Q6_K' },
  { below: 6e9, type: 'Q5_K_M' },
  { below: Infinity, type: 'Q4_K_M' },
]

/** A file that is hardly smaller is not worth the loss, e.g. Q8_0 from Q8_0. */
const WORTH_IT = 0.9

/** The type for the size, then the smaller ones. */
function typesFrom(parameters: number): string[] {
  const first = BY_SIZE.findIndex(({ below }) => parameters < below)
  return BY_SIZE.slice(first).map(({ type }) => type)
}

/** The method that a person without an opinion should take, and why, in plain words. */
export function recommend(
  forecasts: readonly MethodForecast[],
  parameters: number,
  bytes: number
): Inspection['recommendation'] {
  const possible = forecasts.filter((forecast) => forecast.possible)
  const gguf = typesFrom(parameters)
    .map((type) => possible.find((one) => one.method === 'gguf' && one.type === type))
    .find((forecast) => (forecast?.bytes ?? bytes) < bytes * WORTH_IT)
  if (gguf?.type) {
    return { method: 'gguf', type: gguf.type, note: ggufNote(gguf, parameters, bytes) }
  }
  const int8 = possible.find((forecast) => forecast.method === 'int8')
  if (!int8) return null
  const share = percentSaved(int8, bytes)
  return {
    method: 'int8',
    note: note(
      'recommend_int8',
      `INT8 makes the file about ${share} % smaller and usually faster on ordinary processors, with little loss. The original and the result are compared before you get it.`,
      { share }
    ),
  }
}

function ggufNote(forecast: MethodForecast, parameters: number, bytes: number) {
  const share = percentSaved(forecast, bytes)
  const params = { type: forecast.type ?? '', share }
  if (parameters < 3e9) {
    return note(
      'recommend_small',
      `${params.type} keeps nearly everything of a small model like this one and makes it about ${share} % smaller. It runs in llama.cpp, Ollama, LM Studio and on this box.`,
      params
    )
  }
  return note(
    'recommend_large',
    `${params.type} makes the model about ${share} % smaller with a loss that is hard to notice, and suits most machines. It runs in llama.cpp, Ollama, LM Studio and on this box.`,
    params
  )
}

function percentSaved(forecast: MethodForecast, bytes: number): number {
  return Math.max(0, Math.round((1 - (forecast.bytes ?? bytes) / bytes) * 100))
}
