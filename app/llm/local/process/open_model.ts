import { availableParallelism } from 'node:os'
import {
  getLlama,
  LlamaChat,
  type ChatModelFunctions,
  type Llama,
  type LlamaContextSequence,
  type LlamaGrammar,
} from 'node-llama-cpp'
import type { GenerateOrder, Generated, LoadOrder } from '../protocol.js'
import { historyOf } from './history.js'

/**
 * One core is left to the rest of the box. More threads than cores would wait for each other in
 * circles: ggml's threads spin at every layer.
 */
const THREADS = Math.max(1, availableParallelism() - 1)

export interface OpenModel {
  contextTokens: number
  backend: string
  generate(
    order: GenerateOrder,
    signal: AbortSignal,
    onText: (text: string) => void
  ): Promise<Generated>
}

interface Place {
  sequence: LlamaContextSequence
  partition: string | null
}

/**
 * Loads a GGUF with llama.cpp. Its context has several sequences that are evaluated in one batch
 * (continuous batching): requests share the time of the processor, none waits for another's end.
 */
export async function openModel(order: LoadOrder): Promise<OpenModel> {
  const llama = await getLlama({
    gpu: gpuOf(order.backend),
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: THREADS,
  })
  const model = await llama.loadModel({ modelPath: order.path })
  const contextSize = Math.min(order.contextTokens, model.trainContextSize)
  const context = await model.createContext({
    sequences: order.sequences,
    contextSize,
    threads: THREADS,
  })
  const places = new Places(
    Array.from({ length: order.sequences }, () => ({
      sequence: context.getSequence(),
      partition: null,
    }))
  )
  return {
    contextTokens: context.contextSize,
    backend: llama.gpu === false ? 'cpu' : llama.gpu,
    async generate(request, signal, onText) {
      const place = await places.take(request.partition, signal)
      try {
        // What another business asked must not make this one's first word come sooner.
        if (place.partition !== request.partition) await place.sequence.clearHistory()
        place.partition = request.partition
        return await generateOn(llama, place.sequence, request, signal, onText)
      } catch (error) {
        place.partition = null
        throw error
      } finally {
        places.giveBack(place)
      }
    },
  }
}

async function generateOn(
  llama: Llama,
  sequence: LlamaContextSequence,
  order: GenerateOrder,
  signal: AbortSignal,
  onText: (text: string) => void
): Promise<Generated> {
  const chat = new LlamaChat({ contextSequence: sequence })
  const before = sequence.tokenMeter.getState()
  try {
    const shape = await shapeOf(llama, order)
    const { functionCalls, metadata } = await chat.generateResponse(historyOf(order), {
      ...{ maxTokens: order.maxOutputTokens, temperature: order.temperature ?? 0, signal },
      onTextChunk: onText,
      ...shape,
    })
    const { usedOutputTokens } = sequence.tokenMeter.diff(before)
    const toolCalls = (functionCalls ?? []).map((call, index) => ({
      id: `${order.id}-${index}`,
      name: call.functionName as string,
      arguments: call.params as unknown,
    }))
    return {
      finish:
        toolCalls.length > 0 ? 'tools' : metadata.stopReason === 'maxTokens' ? 'length' : 'stop',
      promptTokens: Math.max(0, sequence.nextTokenIndex - usedOutputTokens),
      completionTokens: usedOutputTokens,
      toolCalls,
    }
  } finally {
    chat.dispose({ disposeSequence: false })
  }
}

/** A grammar makes every token that would leave the schema impossible. */
async function shapeOf(
  llama: Llama,
  { schema, tools }: GenerateOrder
): Promise<{ grammar?: LlamaGrammar } | { functions?: ChatModelFunctions }> {
  // The schema is checked again in the application: the grammar knows a part of JSON Schema.
  if (schema) return { grammar: await llama.createGrammarForJsonSchema(schema as never) }
  if (!tools?.length) return {}
  return {
    functions: Object.fromEntries(
      tools.map(({ name, description, parameters }) => [
        name,
        { description, params: parameters as never },
      ])
    ),
  }
}

function gpuOf(backend: string): 'auto' | 'cuda' | 'vulkan' | 'metal' | false {
  if (backend === 'cuda' || backend === 'vulkan' || backend === 'metal') return backend
  return backend === 'cpu' ? false : 'auto'
}

/** Sequences that are free, and who waits for one; the application bounds how many wait. */
class Places {
  readonly #waiting: { partition: string; resolve: (place: Place) => void }[] = []

  constructor(private readonly free: Place[]) {}

  take(partition: string, signal: AbortSignal): Promise<Place> {
    // Its own prompt from before is still evaluated there.
    const known = this.free.findIndex((place) => place.partition === partition)
    const [place] = this.free.splice(Math.max(0, known), 1)
    if (place) return Promise.resolve(place)
    return new Promise((resolve, reject) => {
      const entry = { partition, resolve }
      this.#waiting.push(entry)
      signal.addEventListener('abort', () => {
        const at = this.#waiting.indexOf(entry)
        if (at === -1) return
        this.#waiting.splice(at, 1)
        reject(signal.reason)
      })
    })
  }

  giveBack(place: Place): void {
    const next = this.#waiting.shift()
    if (next) next.resolve(place)
    else this.free.push(place)
  }
}
