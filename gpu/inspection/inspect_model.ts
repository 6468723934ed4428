import type { OpenedModel } from '../formats/open_model.js'
import { openModel } from '../formats/open_model.js'
import type { ConversionInput } from '../gguf/conversion_input.js'
import type { OnnxSummary } from '../onnx/summary.js'
import type { InspectOrder, Inspection, MethodForecast, Note } from '../protocol.js'
import { note } from '../shared/errors.js'
import type { TaskContext } from '../shared/task.js'
import type { ModelFacts, RunShape } from './facts.js'
import { checkFinite } from './finite_sample.js'
import { forecastGguf } from './forecast_gguf.js'
import { alreadyQuantized, forecastInt4 } from './forecast_int4.js'
import { forecastInt8 } from './forecast_int8.js'
import { ggufFacts, ggufRunShape } from './gguf_facts.js'
import { fitsOf } from './hardware.js'
import { huggingFaceFacts, runShapeOf } from './huggingface_facts.js'
import { onnxFacts } from './onnx_facts.js'
import { recommend } from './recommend.js'

/**
 * What a model is, what can be made of it and what that costs: from headers, configuration and a
 * sample of the weights, in seconds.
 * @throws ModelError when it is no model or is damaged, see `openModel`
 */
export async function inspectModel(order: InspectOrder, ctx: TaskContext): Promise<Inspection> {
  ctx.report({ stage: 'reading', fraction: 0 })
  const model = await openModel(order.source)
  try {
    const { facts, summary, shape } = await factsOf(model)
    ctx.signal.throwIfAborted()
    const { forecasts, input } = await forecastsOf(model, facts, summary)
    const recommendation = recommend(forecasts, facts.parameters, facts.bytes)
    mark(forecasts, recommendation)
    return {
      ...facts,
      tokenizer: facts.tokenizer ?? tokenizerOf(input),
      forecasts,
      fits: fitsOf(forecasts, shape),
      recommendation,
      notes: [...facts.notes, ...(await remarks(model, facts, input, ctx))],
    }
  } finally {
    await model.close()
  }
}

interface Facts {
  facts: ModelFacts
  summary: OnnxSummary | null
  shape: RunShape | null
}

async function factsOf(model: OpenedModel): Promise<Facts> {
  switch (model.kind) {
    case 'onnx':
      return { ...(await onnxFacts(model)), shape: null }
    case 'gguf':
      return {
        facts: ggufFacts(model),
        summary: null,
        shape: ggufRunShape(model.source.metadata),
      }
    case 'huggingface':
      return {
        facts: await huggingFaceFacts(model),
        summary: null,
        shape: runShapeOf(model.config),
      }
    case 'weights':
      return { facts: await huggingFaceFacts(model), summary: null, shape: null }
  }
}

async function forecastsOf(
  model: OpenedModel,
  facts: ModelFacts,
  summary: OnnxSummary | null
): Promise<{ forecasts: MethodForecast[]; input: ConversionInput | null }> {
  const others = [forecastInt8(facts, summary), ...forecastInt4(model, facts)]
  if (facts.quantizedAlready !== null && facts.quantizedAlready !== 'Q8_0') {
    const notes = [alreadyQuantized(facts.quantizedAlready)]
    const gguf: MethodForecast = { method: 'gguf', possible: false, notes, recommended: false }
    return { forecasts: [...others, gguf], input: null }
  }
  const { forecasts, input } = await forecastGguf(model)
  return { forecasts: [...others, ...forecasts], input }
}

function mark(forecasts: MethodForecast[], choice: Inspection['recommendation']): void {
  for (const forecast of forecasts) {
    forecast.recommended =
      choice !== null && forecast.method === choice.method && forecast.type === choice.type
  }
}

/** What the GGUF will say about the tokenizer. */
function tokenizerOf(input: ConversionInput | null): Inspection['tokenizer'] {
  const tokens = input?.metadata.entries.get('tokenizer.ggml.tokens')
  if (!input || tokens?.type !== 'array') return null
  const chosen = input.notes.find(isAboutPreTokenizer)
  return {
    model: input.metadata.text('tokenizer.ggml.model') ?? 'unknown',
    pre: input.metadata.text('tokenizer.ggml.pre'),
    tokens: tokens.value.length,
    ...(chosen && { note: chosen }),
  }
}

function isAboutPreTokenizer({ code }: Note): boolean {
  return code.startsWith('pre_tokenizer')
}

async function remarks(
  model: OpenedModel,
  facts: ModelFacts,
  input: ConversionInput | null,
  { signal }: TaskContext
): Promise<Note[]> {
  const notes = (input?.notes ?? []).filter((one) => !isAboutPreTokenizer(one))
  if (model.kind !== 'onnx') notes.push(...(await checkFinite(model.source, signal)))
  if (model.kind === 'weights') {
    notes.push(
      note(
        'config_missing',
        'There is no config.json beside these weights, so nothing says what they compute. Add the files of the model’s folder to quantize it.'
      )
    )
  }
  if (facts.format === 'pytorch') {
    notes.push(
      note(
        'pytorch_read_safely',
        'The weights are a Python pickle. It was read without running any of it; safetensors are the safer format to share.'
      )
    )
  }
  if (facts.licence === null) {
    notes.push(
      note('licence_unknown', 'No licence was found. Check that you may use and change this model.')
    )
  }
  return notes
}
