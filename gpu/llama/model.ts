/** A GGUF file opened by llama.cpp: its vocabulary, and contexts that compute with it. */
import koffi from 'koffi'
import { statSync } from 'node:fs'
import { ModelError } from '../shared/errors.js'
import { explainFailure } from './explain.js'
import { callAsync } from './functions.js'
import { type ContextParams, type Pointer, PROGRESS_CALLBACK } from './layouts.js'
import { openLlama } from './library.js'
import { captureLog } from './log.js'
import { freeGpuBytes, layersThatFit, threadsFor } from './offload.js'

export interface LoadOptions {
  signal?: AbortSignal
  /** 0 to 1. */
  onProgress?(fraction: number): void
  /** Layers on the graphics card; as many as fit when absent. */
  gpuLayers?: number
  /** Only the header: enough for tokens and sizes, nothing can be computed. */
  headerOnly?: boolean
}

export interface ContextOptions {
  /** Tokens of one sequence. */
  contextTokens: number
  /** Most tokens of one call of `decode`; `contextTokens` when absent. */
  batchTokens?: number
  threads?: number
  /** Called for every step of the computation; see `calibration/observe.ts`. */
  evalCallback?: Pointer
}

/** Which tokens of a batch get logits. */
export type Outputs = 'all' | 'last' | 'none' | { from: number }

/**
 * Loads a model without blocking the thread.
 *
 * @throws {ModelError} E_MODEL_DAMAGED, E_UNSUPPORTED_ARCHITECTURE, E_TOKENIZER, E_OUT_OF_MEMORY …
 */
export async function loadModel(path: string, options: LoadOptions = {}): Promise<LanguageModel> {
  const { native } = openLlama()
  const bytes = statSync(path).size
  options.signal?.throwIfAborted()
  const progress = koffi.register((fraction: number) => {
    options.onProgress?.(fraction)
    return !options.signal?.aborted
  }, koffi.pointer(PROGRESS_CALLBACK))
  const log = captureLog()
  try {
    const handle = await callAsync(native.llama_model_load_from_file, path, {
      ...native.llama_model_default_params(),
      n_gpu_layers: options.headerOnly ? 0 : (options.gpuLayers ?? (await gpuLayers(path, bytes))),
      vocab_only: options.headerOnly ?? false,
      progress_callback: progress,
    })
    if (handle === null) {
      options.signal?.throwIfAborted()
      throw explainFailure(log.problems, 'opening the model')
    }
    return new LanguageModel(path, handle)
  } finally {
    log.stop()
    koffi.unregister(progress)
  }
}

async function gpuLayers(path: string, bytes: number): Promise<number> {
  const free = freeGpuBytes()
  if (free === 0) return 0
  if (layersThatFit({ bytes, layers: 1 }, free) === -1) return -1
  // Only a model that does not fit needs its number of layers, which costs reading its header.
  const header = await loadModel(path, { headerOnly: true })
  header.free()
  return layersThatFit({ bytes, layers: header.layers }, free)
}

export class LanguageModel {
  readonly path: string
  readonly vocabularySize: number
  /** Tokens that it was trained to see at once. */
  readonly contextTrained: number
  readonly layers: number
  readonly architecture: string
  readonly bytes: number
  /** Token that begins a text, or null when the model uses none. */
  readonly bos: number | null
  #handle: Pointer
  readonly #vocab: Pointer
  readonly #contexts = new Set<LanguageContext>()

  constructor(path: string, handle: Pointer) {
    const { native } = openLlama()
    this.path = path
    this.#handle = handle
    this.#vocab = native.llama_model_get_vocab(handle)
    this.vocabularySize = native.llama_vocab_n_tokens(this.#vocab)
    this.architecture = this.metadata('general.architecture') ?? ''
    this.contextTrained = Number(this.metadata(`${this.architecture}.context_length`) ?? 0)
    this.layers = Number(this.metadata(`${this.architecture}.block_count`) ?? 0)
    this.bytes = Number(native.llama_model_size(handle))
    this.bos = native.llama_vocab_get_add_bos(this.#vocab)
      ? native.llama_vocab_bos(this.#vocab)
      : null
  }

  /** A value of the file's metadata as text, or null. */
  metadata(key: string): string | null {
    const { native } = openLlama()
    const buffer = Buffer.alloc(1024)
    const length = native.llama_model_meta_val_str(this.#handle, key, buffer, buffer.length)
    return length < 0 ? null : buffer.toString('utf8', 0, Math.min(length, buffer.length - 1))
  }

  /** Tokens of a text; `special` adds what the model wants at the beginning (BOS). */
  tokenize(text: string, { special = false } = {}): Int32Array {
    const utf8 = Buffer.from(text)
    let tokens = new Int32Array(utf8.length + 8)
    let count = this.#tokenizeInto(tokens, utf8, special)
    // More tokens than bytes: SentencePiece writes a space as three bytes.
    if (count < 0 && count > -(2 ** 31)) {
      tokens = new Int32Array(-count)
      count = this.#tokenizeInto(tokens, utf8, special)
    }
    if (count < 0) {
      throw new ModelError('E_TOKENIZER', 'The text cannot be cut into tokens by this model.')
    }
    return tokens.slice(0, count)
  }

  #tokenizeInto(tokens: Int32Array, utf8: Buffer, special: boolean): number {
    const { llama_tokenize: tokenize } = openLlama().native
    return tokenize(this.#vocab, utf8, utf8.length, tokens, tokens.length, special, false)
  }

  /** Text of tokens; incomplete characters at the end become a replacement character. */
  detokenize(tokens: Int32Array): string {
    const { native } = openLlama()
    let buffer = Buffer.alloc(tokens.length * 16 + 64)
    for (;;) {
      const bytes = native.llama_detokenize(
        this.#vocab,
        tokens,
        tokens.length,
        buffer,
        buffer.length,
        false,
        false
      )
      if (bytes >= 0) return buffer.toString('utf8', 0, bytes)
      buffer = Buffer.alloc(-bytes)
    }
  }

  /** Whether a token ends the text. */
  endsText(token: number): boolean {
    return openLlama().native.llama_vocab_is_eog(this.#vocab, token)
  }

  /** @throws {ModelError} E_OUT_OF_MEMORY when its cache and work memory do not fit. */
  createContext(options: ContextOptions): LanguageContext {
    const { native } = openLlama()
    const log = captureLog()
    const threads = options.threads ?? threadsFor(this.bytes)
    const batch = options.batchTokens ?? options.contextTokens
    const params: ContextParams = {
      ...native.llama_context_default_params(),
      n_ctx: options.contextTokens,
      n_batch: batch,
      n_ubatch: batch,
      n_threads: threads,
      n_threads_batch: threads,
      cb_eval: options.evalCallback ?? null,
    }
    const handle = native.llama_init_from_model(this.#handle, params)
    log.stop()
    if (handle === null) throw explainFailure(log.problems, 'making room to compute')
    const context = new LanguageContext(this, handle, () => this.#contexts.delete(context))
    this.#contexts.add(context)
    return context
  }

  /** Frees it and its contexts; nothing of it may be used afterwards. */
  free(): void {
    for (const context of [...this.#contexts]) context.free()
    if (this.#handle !== null) openLlama().native.llama_model_free(this.#handle)
    this.#handle = null
  }
}

export class LanguageContext {
  readonly model: LanguageModel
  #handle: Pointer
  readonly #freed: () => void
  #outputs = 0

  constructor(model: LanguageModel, handle: Pointer, freed: () => void) {
    this.model = model
    this.#handle = handle
    this.#freed = freed
  }

  /** Forgets all tokens. */
  clear(): void {
    const { native } = openLlama()
    native.llama_memory_clear(native.llama_get_memory(this.#handle), true)
  }

  /** Appends tokens to the sequence. @throws {ModelError} E_MODEL_FAILED, E_OUT_OF_MEMORY */
  async decode(tokens: Int32Array, outputs: Outputs = 'last'): Promise<void> {
    const log = captureLog()
    const batch = this.#batch(tokens, outputs)
    try {
      const status = await callAsync(openLlama().native.llama_decode, this.#handle, batch)
      if (status !== 0) throw explainFailure(log.problems, `computing (status ${status})`)
    } finally {
      log.stop()
    }
  }

  /** `decode` on this very thread, whose callbacks then run without a detour. For workers. */
  decodeSync(tokens: Int32Array, outputs: Outputs = 'last'): number {
    return openLlama().native.llama_decode(this.#handle, this.#batch(tokens, outputs))
  }

  #batch(tokens: Int32Array, outputs: Outputs) {
    const wanted = new Int8Array(tokens.length)
    if (outputs === 'all') wanted.fill(1)
    else if (outputs === 'last') wanted[tokens.length - 1] = 1
    else if (outputs !== 'none') wanted.fill(1, outputs.from)
    this.#outputs = wanted.reduce((sum, one) => sum + one, 0)
    return {
      n_tokens: tokens.length,
      token: tokens,
      embd: null,
      // Positions go on from the last call; there is one sequence.
      pos: null,
      n_seq_id: null,
      seq_id: null,
      logits: wanted,
    }
  }

  /** Logits of the last call, one row of `vocabularySize` per output. Valid until the next call. */
  logits(): Float32Array {
    const { native } = openLlama()
    const length = this.#outputs * this.model.vocabularySize
    return new Float32Array(koffi.view(native.llama_get_logits(this.#handle), length * 4))
  }

  free(): void {
    if (this.#handle !== null) openLlama().native.llama_free(this.#handle)
    this.#handle = null
    this.#freed()
  }
}
