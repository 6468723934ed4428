import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quantizeGguf } from '#gpu/gguf/quantize_gguf'
import { quantizeModel } from '#gpu/llama/quantize_model'
import { silentContext } from '#gpu/shared/task'
import type { BenchRow } from '#tests/bench/table'
import { writeTinyHuggingFace } from '#tests/helpers/models/tiny_huggingface'

/** Layers as wide as those of a model of a billion weights: 100 million in all. */
const MODEL = { hidden: 2048, feedForward: 5632, layers: 2 }

/**
 * A Hugging Face folder to GGUF in one pass, against the usual two steps: F16 first, then
 * `llama_model_quantize` on all cores.
 */
export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'comptoir-bench-'))
  try {
    const source = join(folder, 'model')
    await writeTinyHuggingFace(source, 'llama', MODEL)
    const rows: BenchRow[] = []
    for (const type of ['Q4_0', 'Q4_K_M'] as const) rows.push(...(await compare(folder, type)))
    return rows
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function compare(folder: string, type: 'Q4_0' | 'Q4_K_M'): Promise<BenchRow[]> {
  const before = process.memoryUsage.rss()
  const onePass = await measured(() => convert(folder, type))
  const twoSteps = await measured(async () => {
    await convert(folder, 'F16')
    const [from, to] = [join(folder, 'F16.gguf'), join(folder, 'two.gguf')]
    await quantizeModel(from, to, { type }, silentContext())
  })
  const target = `≤ ${(twoSteps.processor * 0.7).toFixed(2)}`
  return [
    { name: `${type}, one pass`, value: onePass.wall, unit: 's' },
    { name: `${type}, F16 and llama_model_quantize`, value: twoSteps.wall, unit: 's' },
    // Unlike the clock, it does not count what a busy machine gives to others.
    { name: `${type}, one pass, processor`, value: onePass.processor, unit: 's', target },
    { name: `${type}, two steps, processor`, value: twoSteps.processor, unit: 's' },
    {
      name: `${type}, one pass, memory above start`,
      value: (onePass.result.peakMemoryBytes - before) / 2 ** 20,
      unit: 'MiB',
      target: '≤ 6144',
    },
  ]
}

async function convert(folder: string, type: string) {
  const source = join(folder, 'model')
  const order = { source, method: 'gguf' as const, options: { type } }
  const out = join(folder, `${type}.gguf`)
  return quantizeGguf({ ...order, out, checkpoint: join(folder, 'checkpoint') }, silentContext())
}

async function measured<T>(work: () => Promise<T>) {
  const [started, cpu] = [performance.now(), process.cpuUsage()]
  const result = await work()
  const { user, system } = process.cpuUsage(cpu)
  return { result, wall: (performance.now() - started) / 1000, processor: (user + system) / 1e6 }
}
