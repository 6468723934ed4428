import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from '@japa/runner/core'
import type { CalibrateLayers, CalibrationPart } from '#gpu/int4/calibrate_layers'
import { handlers, type Int4Handlers } from '#gpu/int4/handlers'
import { fromFloats } from '#gpu/int4/weight_rows'
import type { Handlers, Workers } from '#gpu/linalg/worker_pool'
import { writeSafetensorsFolder } from '#gpu/formats/safetensors/write_safetensors_folder'
import { SeededRandom } from '#shared/random'

export const SIZE = { hidden: 64, middle: 128, layers: 2, vocabulary: 32 }

/** A folder with a Llama of random weights, small enough for a test, big enough for groups of 32. */
export async function tinyCheckpoint(
  current: TestContext['test'],
  options: {
    config?: Record<string, unknown>
    tied?: boolean
    layers?: number
    change?(name: string, values: Float32Array): void
  } = {}
): Promise<{ folder: string; weights: Map<string, Float32Array>; path(name: string): string }> {
  const root = await mkdtemp(join(tmpdir(), 'int4-'))
  current.cleanup(() => rm(root, { recursive: true, force: true }))
  const folder = join(root, 'model')
  await mkdir(folder)
  const { hidden, middle, vocabulary } = SIZE
  const generator = new SeededRandom(11)
  const weights = new Map<string, Float32Array>()
  const shapes = new Map<string, number[]>()
  const add = (name: string, ...shape: number[]) => {
    const count = shape.reduce((a, b) => a * b, 1)
    const values = Float32Array.from({ length: count }, () => {
      const value = shape.length === 1 ? 0.5 + generator.next() : generator.next() - 0.5
      return Math.f16round(value)
    })
    options.change?.(name, values)
    weights.set(name, values)
    shapes.set(name, shape)
  }
  add('model.embed_tokens.weight', vocabulary, hidden)
  for (let layer = 0; layer < (options.layers ?? SIZE.layers); layer++) {
    const at = `model.layers.${layer}.`
    add(`${at}input_layernorm.weight`, hidden)
    for (const part of ['q', 'k', 'v', 'o']) {
      add(`${at}self_attn.${part}_proj.weight`, hidden, hidden)
    }
    add(`${at}post_attention_layernorm.weight`, hidden)
    add(`${at}mlp.gate_proj.weight`, middle, hidden)
    add(`${at}mlp.up_proj.weight`, middle, hidden)
    add(`${at}mlp.down_proj.weight`, hidden, middle)
  }
  add('model.norm.weight', hidden)
  if (!options.tied) add('lm_head.weight', vocabulary, hidden)
  await writeSafetensorsFolder(
    folder,
    [...weights].map(([name, values]) => {
      return {
        name,
        dtype: 'F16',
        shape: shapes.get(name)!,
        data: async () => fromFloats(values, 'F16'),
      }
    })
  )
  const config = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_size: hidden,
    torch_dtype: 'float16',
    tie_word_embeddings: options.tied ?? false,
    ...options.config,
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  await writeFile(join(folder, 'tokenizer.json'), '{}')
  await writeFile(join(folder, 'README.md'), 'not copied')
  return { folder, weights, path: (name) => join(root, name) }
}

/** Made-up statistics in place of a run through llama.cpp. */
export function madeUpCalibration(
  options: { tokens?: number; change?(name: string, hessian: Float32Array): void } = {}
): CalibrateLayers {
  return async function* calibrate(_job, pending): AsyncGenerator<CalibrationPart> {
    for (const layer of pending) {
      const weights: CalibrationPart['weights'] = new Map()
      for (const { input, inputs } of layer.linears) {
        if (!weights.has(input)) weights.set(input, statistics(input, inputs, options))
      }
      yield {
        weights,
        text: { source: 'given', sha256: 'made up' },
        samples: 4,
        tokens: options.tokens ?? 200,
        notes: [],
      }
    }
  }
}

/** 200 random inputs, of which every eighth channel is ten times as strong. */
function statistics(
  name: string,
  n: number,
  { tokens = 200, change }: { tokens?: number; change?(name: string, hessian: Float32Array): void }
) {
  const generator = new SeededRandom(n)
  const hessian = new Float32Array(new SharedArrayBuffer(n * n * 4))
  const absolutes = new Float32Array(n)
  for (let t = 0; t < 200; t++) {
    const x = Float32Array.from({ length: n }, (_, i) => {
      return (generator.next() - 0.5) * (i % 8 === 0 ? 10 : 1)
    })
    for (let i = 0; i < n; i++) {
      absolutes[i]! += Math.abs(x[i]!)
      for (let j = 0; j < n; j++) hessian[i * n + j]! += x[i]! * x[j]!
    }
  }
  change?.(name, hessian)
  return { name, columns: n, matrices: 1, rows: [tokens], hessian, absolutes }
}

/** The handlers of the worker threads in this one, whose start takes longer than these models. */
export function inThisThread(signal: AbortSignal): Workers<Int4Handlers> {
  const env = { checkpoint: () => signal.throwIfAborted() }
  return {
    size: 2,
    run: async (kind, order) => (handlers[kind] as Handlers[string])(order, env) as never,
    close: async () => {},
  }
}
