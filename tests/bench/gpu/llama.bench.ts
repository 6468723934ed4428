import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { calibrate, LAYER_WEIGHTS } from '#gpu/calibration/calibrate'
import type { GgmlTypeName } from '#gpu/llama/ggml_types'
import { detectBackend } from '#gpu/llama/library'
import { type Matrix, multiplyTransposed } from '#gpu/llama/matmul'
import { loadModel } from '#gpu/llama/model'
import { quantizeRows } from '#gpu/llama/quantize_rows'
import { silentContext } from '#gpu/shared/task'
import type { BenchRow } from '#tests/bench/table'
import { writeTinyModel } from '#tests/helpers/tiny_gguf'

const ROUNDS = 3
const ROW = 4096

/**
 * What the quantizers stand on: float32 products (for Hessians and the solvers), rows of the usual
 * types, a pass of calibration and reading speed on a model of 56 M random weights. Best of three;
 * the GPU process has one thread of libuv's pool per core and more, which `UV_THREADPOOL_SIZE`
 * says.
 */
export async function run(): Promise<BenchRow[]> {
  const { name } = detectBackend()
  return [
    ...(await products(name)),
    ...(await rows('Q4_0', 4096)),
    ...(await rows('Q8_0', 4096)),
    ...(await rows('Q4_K', 512)),
    ...(await rows('Q6_K', 512)),
    ...(await wholeModel(name)),
  ]
}

async function products(backend: string): Promise<BenchRow[]> {
  const sizes = [
    [1024, 1024, 1024],
    [4096, 512, 4096],
    [2048, 128, 2048],
  ] as const
  const found: BenchRow[] = []
  for (const [m, n, k] of sizes) {
    const [a, b, out] = [matrix(m, k), matrix(n, k), matrix(m, n)]
    const seconds = await best(() => multiplyTransposed(a, b, out))
    found.push({
      name: `${backend}: ${m} × ${k} by ${n} × ${k}, float32`,
      value: (2 * m * n * k) / seconds / 1e9,
      unit: 'GFLOP/s',
      target: 50,
    })
  }
  return found
}

async function rows(type: GgmlTypeName, count: number): Promise<BenchRow[]> {
  const { data } = matrix(count, ROW)
  const seconds = await best(() => quantizeRows(type, data, ROW))
  return [{ name: `rows to ${type}`, value: data.length / seconds / 1e6, unit: 'M weights/s' }]
}

async function wholeModel(backend: string): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-llama-'))
  try {
    const options = { embedding: 768, feedForward: 3072, layers: 6, contextLength: 512 }
    const { path } = await writeTinyModel(join(folder, 'model.gguf'), options)
    const model = await loadModel(path)
    const context = model.createContext({ contextTokens: 512 })
    const tokens = Int32Array.from({ length: 512 }, (_, i) => 3 + (i % 256))
    const prompt = await best(async () => {
      context.clear()
      await context.decode(tokens)
    })
    model.free()
    const order = {
      gguf: path,
      samples: 4,
      seqLen: 512,
      wants: [{ pattern: LAYER_WEIGHTS, statistics: ['hessian', 'absolutes'] as const }],
    }
    const calibration = await best(() => calibrate(order, silentContext()), 1)
    return [
      { name: `${backend}: reading, 57 M weights`, value: 512 / prompt, unit: 'tokens/s' },
      {
        name: `${backend}: calibrating with Hessians, 57 M weights`,
        value: (4 * 512) / calibration,
        unit: 'tokens/s',
      },
    ]
  } finally {
    await rm(folder, { recursive: true })
  }
}

function matrix(rowCount: number, columns: number): Matrix {
  const data = Float32Array.from({ length: rowCount * columns }, (_, i) => Math.sin(i))
  return { data, rows: rowCount, columns }
}

async function best(work: () => Promise<unknown>, rounds = ROUNDS): Promise<number> {
  let least = Infinity
  for (let round = 0; round < rounds; round++) {
    const started = performance.now()
    await work()
    least = Math.min(least, (performance.now() - started) / 1000)
  }
  return least
}
