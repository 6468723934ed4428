import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { calibrate, calibrateInPasses, LAYER_WEIGHTS } from '#gpu/calibration/calibrate'
import { silentContext } from '#gpu/shared/task'
import { writeTinyModel, type TinyModel } from '#tests/helpers/tiny_gguf'

const ALL = ['squares', 'absolutes', 'hessian', 'sample'] as const
const TOKENS = 64

/** Characters of one token each: this tokenizer makes three of a space. */
const TEXT = Array.from({ length: 40 }, (_, i) => `Line:${i}:of:${i * i}:is:not:like:others.`).join(
  '\n'
)

function relativeError(a: Float32Array, b: ArrayLike<number>): number {
  let [error, power] = [0, 0]
  for (const [i, value] of a.entries()) {
    error += (value - b[i]!) ** 2
    power += b[i]! ** 2
  }
  return Math.sqrt(error / power)
}

/** XᵀX, Σx² and Σ|x| in plain loops. */
function statisticsOf(x: Float32Array, columns: number) {
  const hessian = new Float64Array(columns * columns)
  const squares = new Float64Array(columns)
  const absolutes = new Float64Array(columns)
  for (let row = 0; row < x.length; row += columns) {
    for (let i = 0; i < columns; i++) {
      squares[i]! += x[row + i]! ** 2
      absolutes[i]! += Math.abs(x[row + i]!)
      for (let j = 0; j < columns; j++) hessian[i * columns + j]! += x[row + i]! * x[row + j]!
    }
  }
  return { hessian, squares, absolutes }
}

/** What the first layer's attention reads: the embedding through RMSNorm. */
function firstInput({ weights, embedding }: TinyModel, token: number): number[] {
  const table = weights.get('token_embd.weight')!.data
  const row = table.subarray(token * embedding, (token + 1) * embedding)
  const scale = 1 / Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / embedding + 1e-5)
  const norm = weights.get('blk.0.attn_norm.weight')!.data
  return [...row].map((x, i) => x * scale * norm[i]!)
}

test.group('Calibration', (group) => {
  let folder: string
  let model: TinyModel
  let text: string

  // A thread with a loader of its own takes a moment to start on a busy machine.
  group.each.timeout(30_000)

  group.setup(async () => {
    folder = await mkdtemp(join(tmpdir(), 'calibrate-'))
    model = await writeTinyModel(join(folder, 'tiny.gguf'))
    text = join(folder, 'text.txt')
    await writeFile(text, TEXT)
    return () => rm(folder, { recursive: true })
  })

  const order = (gguf: string) => ({
    gguf,
    text,
    samples: 4,
    seqLen: TOKENS,
    choose: 'first' as const,
    sampleRows: 4 * TOKENS,
    wants: [{ pattern: LAYER_WEIGHTS, statistics: ALL }],
  })

  test('sees what each layer reads, and sums it up', async ({ assert }) => {
    const { weights, tokens, samples, notes } = await calibrate(order(model.path), silentContext())
    assert.deepEqual([samples, tokens, notes], [4, 4 * TOKENS, []])
    assert.lengthOf([...weights.keys()], 7 * model.layers)

    const query = weights.get('blk.0.attn_q.weight')!
    const second = firstInput(model, TEXT.charCodeAt(1) + 3)
    const row = query.sample!.subarray(model.embedding, 2 * model.embedding)
    assert.isBelow(relativeError(row, second), 1e-5)
    // Every sample begins with the token that begins a text.
    const begins = firstInput(model, 1)
    const third = query.sample!.subarray(2 * TOKENS * 64, 2 * TOKENS * 64 + 64)
    assert.isBelow(relativeError(third, begins), 1e-5)

    for (const name of ['blk.0.attn_q', 'blk.0.attn_output', 'blk.1.ffn_up', 'blk.1.ffn_down']) {
      const found = weights.get(`${name}.weight`)!
      assert.deepEqual(found.rows, [4 * TOKENS])
      const right = statisticsOf(found.sample!, found.columns)
      assert.isBelow(relativeError(found.hessian!, right.hessian), 1e-5)
      assert.isBelow(relativeError(found.squares!, right.squares), 1e-5)
      assert.isBelow(relativeError(found.absolutes!, right.absolutes), 1e-5)
    }
    assert.strictEqual(query.hessian, weights.get('blk.0.attn_k.weight')!.hessian)
  })

  test('layer by layer when Hessians do not fit, with the same result', async ({ assert }) => {
    const whole = await calibrate(order(model.path), silentContext())
    const layerBytes = (3 * 64 ** 2 + 96 ** 2) * 4
    const parts: string[][] = []
    const passes = { ...order(model.path), memoryBytes: layerBytes }
    for await (const { weights } of calibrateInPasses(passes, silentContext())) {
      parts.push([...weights.keys()])
      for (const [name, { hessian }] of weights) {
        assert.isBelow(relativeError(hessian!, whole.weights.get(name)!.hessian!), 1e-6)
      }
    }
    assert.lengthOf(parts, 2)
    assert.isTrue(parts[1]!.every((name) => name.startsWith('blk.1.')))
    const tooSmall = { ...passes, memoryBytes: 1000 }
    await assert.rejects(async () => {
      await calibrateInPasses(tooSmall, silentContext()).next()
    }, /memory per layer/)
  })

  test('experts count only the tokens that were sent to them', async ({ assert }) => {
    const mixture = await writeTinyModel(join(folder, 'experts.gguf'), { experts: 4, layers: 1 })
    const { weights } = await calibrate(order(mixture.path), silentContext())
    const up = weights.get('blk.0.ffn_up_exps.weight')!
    const down = weights.get('blk.0.ffn_down_exps.weight')!
    assert.deepEqual([up.matrices, up.columns, down.columns], [4, 64, 96])
    const sum = (rows: number[]) => rows.reduce((a, b) => a + b)
    assert.equal(sum(up.rows), 2 * 4 * TOKENS)
    assert.deepEqual(up.rows, down.rows)
    const total = statisticsOf(down.sample!, 96)
    const summed = Float32Array.from({ length: 96 }, (_, i) =>
      sum([0, 1, 2, 3].map((expert) => down.squares![expert * 96 + i]!))
    )
    assert.isBelow(relativeError(summed, total.squares), 1e-5)
  })

  test('stops within a layer when cancelled', async ({ assert }) => {
    const controller = new AbortController()
    const report = () => controller.abort()
    const context = { signal: controller.signal, report }
    await assert.rejects(() => calibrate(order(model.path), context), /abort/i)
  })

  test('a damaged model is explained', async ({ assert }) => {
    const damaged = join(folder, 'damaged.gguf')
    await writeFile(damaged, 'GGUF is more than four letters')
    await assert.rejects(() => calibrate(order(damaged), silentContext()), /damaged|cut off/)
  })
})
