import { writeFile } from 'node:fs/promises'

/**
 * A llama-architecture GGUF with random F32 weights, small enough to be made in a test: for what
 * must run in llama.cpp where no real model is at hand. Bytes are its tokens (SentencePiece with
 * byte fallback): token of byte b is b + 3.
 */
export interface TinyModel {
  path: string
  embedding: number
  layers: number
  vocabulary: number
  /** Row-major weights by their name in the file. */
  weights: Map<string, { shape: number[]; data: Float32Array }>
}

export interface TinyModelOptions {
  seed?: number
  layers?: number
  embedding?: number
  feedForward?: number
  contextLength?: number
  /** Makes it a mixture of so many experts, of which two are used. */
  experts?: number
}

const HEADS = 4
const ALIGNMENT = 32
const SPECIAL = ['<unk>', '<s>', '</s>']

export async function writeTinyModel(
  path: string,
  options: TinyModelOptions = {}
): Promise<TinyModel> {
  const { seed = 1, layers = 2, embedding = 64, feedForward = 96 } = options
  const { contextLength = 128, experts = 0 } = options
  const vocabulary = SPECIAL.length + 256
  const random = normal(seed)
  const weights: TinyModel['weights'] = new Map()
  const matrix = (name: string, ...shape: number[]) => {
    const length = shape.reduce((a, b) => a * b)
    const scale = 1 / Math.sqrt(shape.at(-1)!)
    weights.set(name, { shape, data: Float32Array.from({ length }, () => random() * scale) })
  }
  const norm = (name: string) =>
    weights.set(name, {
      shape: [embedding],
      data: Float32Array.from({ length: embedding }, () => 1 + 0.1 * random()),
    })

  matrix('token_embd.weight', vocabulary, embedding)
  for (let layer = 0; layer < layers; layer++) {
    const name = (part: string) => `blk.${layer}.${part}.weight`
    norm(name('attn_norm'))
    for (const part of ['attn_q', 'attn_k', 'attn_v', 'attn_output']) {
      matrix(name(part), embedding, embedding)
    }
    norm(name('ffn_norm'))
    if (experts > 0) matrix(name('ffn_gate_inp'), experts, embedding)
    const stack = experts > 0 ? [experts] : []
    const suffix = experts > 0 ? '_exps' : ''
    matrix(name(`ffn_gate${suffix}`), ...stack, feedForward, embedding)
    matrix(name(`ffn_up${suffix}`), ...stack, feedForward, embedding)
    matrix(name(`ffn_down${suffix}`), ...stack, embedding, feedForward)
  }
  norm('output_norm.weight')
  matrix('output.weight', vocabulary, embedding)

  const bytes = Array.from({ length: 256 }, (_, byte) => {
    return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`
  })
  const metadata: [string, Value][] = [
    ['general.architecture', 'llama'],
    ['general.name', 'tiny'],
    ['llama.context_length', u32(contextLength)],
    ['llama.embedding_length', u32(embedding)],
    ['llama.block_count', u32(layers)],
    ['llama.feed_forward_length', u32(feedForward)],
    ['llama.attention.head_count', u32(HEADS)],
    ['llama.attention.layer_norm_rms_epsilon', f32(1e-5)],
    ['llama.rope.dimension_count', u32(embedding / HEADS)],
    ...(experts > 0
      ? ([
          ['llama.expert_count', u32(experts)],
          ['llama.expert_used_count', u32(2)],
        ] as [string, Value][])
      : []),
    ['tokenizer.ggml.model', 'llama'],
    ['tokenizer.ggml.tokens', [...SPECIAL, ...bytes]],
    ['tokenizer.ggml.scores', Float32Array.from({ length: vocabulary }, () => 0)],
    ['tokenizer.ggml.token_type', Int32Array.of(2, 3, 3, ...new Array<number>(256).fill(6))],
    ['tokenizer.ggml.bos_token_id', u32(1)],
    ['tokenizer.ggml.eos_token_id', u32(2)],
    ['tokenizer.ggml.add_space_prefix', false],
  ]
  await writeFile(path, gguf(metadata, weights))
  return { path, embedding, layers, vocabulary, weights }
}

/** Standard normal numbers, the same for the same seed (mulberry32 and Box-Muller). */
function normal(seed: number): () => number {
  const uniform = () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}

type Value =
  string | boolean | { u32: number } | { f32: number } | string[] | Float32Array | Int32Array
const u32 = (value: number) => ({ u32: value })
const f32 = (value: number) => ({ f32: value })

/** GGUF version 3: header, metadata, tensor table, data. */
function gguf(metadata: [string, Value][], weights: TinyModel['weights']): Buffer {
  const parts: Buffer[] = [
    Buffer.from('GGUF'),
    uint32(3),
    uint64(weights.size),
    uint64(metadata.length),
  ]
  for (const [key, value] of metadata) parts.push(text(key), ...typed(value))
  let offset = 0
  for (const [name, { shape, data }] of weights) {
    // Innermost dimension first.
    const dimensions = [...shape].reverse().map(uint64)
    parts.push(text(name), uint32(shape.length), ...dimensions, uint32(0), uint64(offset))
    offset += padded(data.byteLength)
  }
  const header = Buffer.concat(parts)
  const data = [...weights.values()].map(({ data: values }) => {
    const bytes = Buffer.alloc(padded(values.byteLength))
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    return bytes
  })
  return Buffer.concat([header, Buffer.alloc(padded(header.length) - header.length), ...data])
}

function typed(value: Value): Buffer[] {
  if (typeof value === 'string') return [uint32(8), text(value)]
  if (typeof value === 'boolean') return [uint32(7), Buffer.of(value ? 1 : 0)]
  if (value instanceof Float32Array) return array(6, value.length, Buffer.from(value.buffer))
  if (value instanceof Int32Array) return array(5, value.length, Buffer.from(value.buffer))
  if (Array.isArray(value)) return array(8, value.length, Buffer.concat(value.map(text)))
  if ('u32' in value) return [uint32(4), uint32(value.u32)]
  return [uint32(6), Buffer.from(Float32Array.of(value.f32).buffer)]
}

function array(type: number, length: number, content: Buffer): Buffer[] {
  return [uint32(9), uint32(type), uint64(length), content]
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint64(bytes.length), bytes])
}

function uint32(value: number): Buffer {
  return Buffer.from(Uint32Array.of(value).buffer)
}

function uint64(value: number): Buffer {
  return Buffer.from(BigUint64Array.of(BigInt(value)).buffer)
}

function padded(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}
