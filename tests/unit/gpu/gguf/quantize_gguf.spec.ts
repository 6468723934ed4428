import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from '@japa/runner'
import { openGguf } from '#gpu/formats/gguf/open_gguf'
import { quantizeGguf } from '#gpu/gguf/quantize_gguf'
import { partialPath } from '#gpu/gguf/write_gguf'
import { loadModel } from '#gpu/llama/model'
import type { GgufOptions, Progress, QuantizeOrder } from '#gpu/protocol'
import { silentContext } from '#gpu/shared/task'
import { codeOf } from '#tests/helpers/models/code_of'
import { scratchFolder } from '#tests/helpers/models/scratch'
import { type TinyOptions, writeTinyHuggingFace } from '#tests/helpers/models/tiny_huggingface'

async function orderFor(
  folder: string,
  options: GgufOptions,
  tiny: TinyOptions = {}
): Promise<QuantizeOrder> {
  const source = join(folder, 'model')
  await writeTinyHuggingFace(source, 'llama', tiny)
  const [out, checkpoint] = [join(folder, 'out', 'model.gguf'), join(folder, 'checkpoint')]
  return { source, method: 'gguf', options: { ...options }, out, checkpoint }
}

const sha256 = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

test.group('Making a GGUF', (group) => {
  group.each.timeout(60_000)

  test('one pass, with everything in the result', async ({ assert, test: running }) => {
    const folder = scratchFolder(running)
    const order = await orderFor(folder, { type: 'q4_0' })
    const seen: Progress[] = []
    const result = await quantizeGguf(order, {
      ...silentContext(),
      report: (progress) => seen.push(progress),
    })
    const [file] = result.files
    assert.equal(file?.sha256, await sha256(order.out))
    const { size } = await stat(order.out)
    assert.equal(file?.bytes, size)
    assert.deepEqual(await readdir(join(folder, 'out')), ['model.gguf'])
    assert.deepEqual(await readdir(order.checkpoint), [])
    assert.equal(seen.at(-1)?.fraction, 1)
    assert.equal(seen.at(-1)?.bytesDone, seen.at(-1)?.bytesTotal)
    const outcome = result.tensors.find(({ name }) => name === 'blk.0.attn_q.weight')
    assert.equal(outcome?.from, 'F16')
    assert.equal(outcome?.to, 'Q4_0')
    assert.closeTo(outcome?.relativeError ?? 0, 0.08, 0.05)

    const gguf = await openGguf(order.out)
    assert.equal(gguf.metadata.number('general.file_type'), 2)
    assert.equal(gguf.metadata.text('general.name'), 'Model')
    await gguf.close()
    const model = await loadModel(order.out, { headerOnly: true })
    assert.equal(model.detokenize(model.tokenize('the model')).trim(), 'the model')
    model.free()
  })

  test('weights that are no numbers stop it, with the tensor named', async ({
    assert,
    test: running,
  }) => {
    const folder = scratchFolder(running)
    const tensor = 'model.layers.1.mlp.up_proj.weight'
    const order = await orderFor(folder, { type: 'Q8_0' }, { spoil: { tensor, value: Number.NaN } })
    assert.equal(await codeOf(quantizeGguf(order, silentContext())), 'E_WEIGHTS_NOT_FINITE')
    assert.deepEqual(await readdir(join(folder, 'out')), [])
    const infinite = await orderFor(folder, { type: 'F16' }, { spoil: { tensor, value: Infinity } })
    assert.equal(await codeOf(quantizeGguf(infinite, silentContext())), 'E_WEIGHTS_NOT_FINITE')
  })

  test('a tokenizer of another model is refused', async ({ assert, test: running }) => {
    const order = await orderFor(scratchFolder(running), { type: 'Q8_0' })
    await rm(join(order.source, 'tokenizer.model'))
    assert.equal(await codeOf(quantizeGguf(order, silentContext())), 'E_TOKENIZER_MISSING')
    const other = join(order.source, '..', 'other')
    await writeTinyHuggingFace(other, 'qwen2')
    await writeFile(
      join(order.source, 'tokenizer.json'),
      await readFile(join(other, 'tokenizer.json'))
    )
    assert.equal(await codeOf(quantizeGguf(order, silentContext())), 'E_TOKENIZER_MISMATCH')
  })

  test('types that need an importance matrix get one', async ({ assert, test: running }) => {
    const folder = scratchFolder(running)
    const options = { type: 'IQ2_XXS', importanceMatrix: 'never' as const }
    const order = await orderFor(folder, options, { hidden: 256, feedForward: 256, layers: 1 })
    assert.equal(await codeOf(quantizeGguf(order, silentContext())), 'E_IMPORTANCE_MATRIX_NEEDED')
    const result = await quantizeGguf(
      { ...order, options: { type: 'Q2_K_S', samples: 4, seqLen: 64 } },
      silentContext()
    )
    assert.equal(result.calibration?.source, 'bundled')
    assert.equal(result.calibration?.samples, 4)
    assert.deepEqual(await readdir(order.checkpoint), [])
  })

  test('a GGUF is written again, but not from blocks', async ({ assert, test: running }) => {
    const folder = scratchFolder(running)
    const order = await orderFor(folder, { type: 'F16' })
    await quantizeGguf(order, silentContext())
    const second = { ...order, source: order.out, out: join(folder, 'second.gguf') }
    const result = await quantizeGguf({ ...second, options: { type: 'Q5_0' } }, silentContext())
    assert.equal(result.tensors.length, 21)
    const third = { ...second, source: second.out, out: join(folder, 'third.gguf') }
    assert.equal(await codeOf(quantizeGguf(third, silentContext())), 'E_ALREADY_QUANTIZED')
  })

  test('a cancel leaves nothing behind', async ({ assert, test: running }) => {
    const folder = scratchFolder(running)
    const order = await orderFor(folder, { type: 'Q4_K_M' })
    const controller = new AbortController()
    const work = quantizeGguf(order, {
      signal: controller.signal,
      report: ({ stage }) => stage === 'quantizing' && controller.abort(),
    })
    await assert.rejects(() => work)
    assert.deepEqual(await readdir(join(folder, 'out')), [])
    assert.deepEqual(await readdir(order.checkpoint), [])
  })

  test('after kill -9 it goes on from the last finished tensor', async ({
    assert,
    test: running,
  }) => {
    const folder = scratchFolder(running)
    const order = await orderFor(folder, { type: 'Q4_0' }, { layers: 16 })
    const child = spawn(process.execPath, [
      '--import=@poppinss/ts-exec',
      new URL('../../../helpers/models/slow_quantize.ts', import.meta.url).pathname,
      JSON.stringify(order),
    ])
    // It works slowly, so that there is a middle to be killed in.
    const journal = join(order.checkpoint, 'gguf.jsonl')
    const lines = async () => (await readFile(journal, 'utf8').catch(() => '')).split('\n').length
    while ((await lines()) < 3 && child.exitCode === null) await wait(20)
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.deepEqual(await readdir(join(folder, 'out')), ['.model.gguf.partial'])

    const resumed = await quantizeGguf(order, silentContext())
    assert.isAbove(resumed.resumedTensors, 0)
    const fresh = { ...order, out: join(folder, 'fresh.gguf'), checkpoint: join(folder, 'other') }
    const whole = await quantizeGguf(fresh, silentContext())
    assert.equal(resumed.files[0]?.sha256, whole.files[0]?.sha256)
    assert.equal(await sha256(order.out), whole.files[0]?.sha256)
    assert.deepEqual(resumed.tensors, whole.tensors)
  })

  test('a checkpoint of something else, or a damaged one, counts as none', async ({
    assert,
    test: running,
  }) => {
    const folder = scratchFolder(running)
    const order = await orderFor(folder, { type: 'Q8_0' })
    const whole = await quantizeGguf(order, silentContext())
    await mkdir(order.checkpoint, { recursive: true })
    for (const content of [
      'rubbish',
      '{"version":1,"fingerprint":"x","partial":"/etc/passwd"}\n{"outcome":{"name":"y"}}\n',
      `{"version":1,"fingerprint":"x","partial":${JSON.stringify(partialPath(order.out))}}\nnull\n`,
    ]) {
      await writeFile(join(order.checkpoint, 'gguf.jsonl'), content)
      await writeFile(partialPath(order.out), 'left over')
      const again = await quantizeGguf(order, silentContext())
      assert.equal(again.resumedTensors, 0)
      assert.equal(again.files[0]?.sha256, whole.files[0]?.sha256)
    }
  })
})
