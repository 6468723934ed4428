import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { comparePosition } from '#gpu/evaluation/compare_logits'
import { evaluateLanguage } from '#gpu/evaluation/evaluate_language'
import { Totals } from '#gpu/evaluation/totals'
import { cutWindows } from '#gpu/evaluation/windows'
import { loadModel } from '#gpu/llama/model'
import { quantizeModel } from '#gpu/llama/quantize_model'
import { silentContext } from '#gpu/shared/task'
import { writeTinyModel } from '#tests/helpers/tiny_gguf'

const TEXT = Array.from({ length: 24 }, (_, i) => `Word${i}:${'abcdefghij'.slice(i % 7)}`).join('-')

function softmax(logits: ArrayLike<number>): number[] {
  const weights = Array.from(logits, (logit) => Math.exp(logit))
  const sum = weights.reduce((a, b) => a + b)
  return weights.map((weight) => weight / sum)
}

test.group('Evaluation of language models', (group) => {
  let folder: string
  let [before, after, text] = ['', '', '']

  group.each.timeout(30_000)

  group.setup(async () => {
    folder = await mkdtemp(join(tmpdir(), 'evaluate-'))
    before = join(folder, 'before.gguf')
    after = join(folder, 'after.gguf')
    text = join(folder, 'text.txt')
    await writeTinyModel(before, { contextLength: 64 })
    await quantizeModel(before, after, { type: 'Q4_0' }, silentContext())
    await writeFile(text, TEXT)
    return () => rm(folder, { recursive: true })
  })

  test('one position: likelihood, divergence, preferred token', ({ assert }) => {
    const [one, other] = [Float32Array.of(1, 2, 0.5, -40), Float32Array.of(1, 1.5, 1.8, -3)]
    const [p, q] = [softmax(one), softmax(other)]
    const found = comparePosition(one, other, 1)
    assert.closeTo(found.nllBefore, -Math.log(p[1]!), 1e-6)
    assert.closeTo(found.nllAfter, -Math.log(q[1]!), 1e-6)
    const kl = p.reduce((sum, each, i) => sum + each * Math.log(each / q[i]!), 0)
    assert.closeTo(found.kl, kl, 1e-6)
    assert.isFalse(found.sameTop)
    assert.equal(comparePosition(one, one, 0).kl, 0)
  })

  test('perplexity, its error and percentiles', ({ assert }) => {
    const totals = new Totals()
    for (let i = 0; i <= 100; i++) {
      totals.add({ nllBefore: 2, nllAfter: i % 2 ? 2 : 3, kl: i / 100, sameTop: i < 75 })
    }
    const report = totals.report()
    assert.closeTo(report.perplexityBefore, Math.exp(2), 1e-9)
    assert.closeTo(report.perplexityErrorBefore, 0, 1e-6)
    const mean = 2 + 51 / 101
    const deviation = Math.sqrt((51 / 101) * (50 / 101))
    assert.closeTo(report.perplexityErrorAfter, (Math.exp(mean) * deviation) / 10, 1e-9)
    assert.closeTo(report.klP99, 0.99, 1e-9)
    assert.equal(report.klMax, 1)
    assert.closeTo(report.topTokenAgreement, 75 / 101, 1e-9)
  })

  test('windows as llama.cpp cuts them', ({ assert }) => {
    const tokens = Int32Array.from({ length: 1100 }, (_, i) => i + 10)
    const usual = cutWindows(tokens, { size: 512, scoring: 'second_half', bos: 1 })
    assert.deepEqual([usual.tokens.length, usual.scoredFrom, usual.notes.length], [2, 256, 0])
    assert.deepEqual([...usual.tokens[1]!.subarray(0, 2)], [1, 523])
    const short = cutWindows(tokens.slice(0, 100), { size: 512, scoring: 'second_half', bos: null })
    assert.deepEqual([short.tokens[0]!.length, short.scoredFrom], [100, 50])
    assert.equal(short.notes[0]!.code, 'evaluation_window_short')
    const none = { size: 512, scoring: 'all', bos: null } as const
    assert.throws(() => cutWindows(tokens.slice(0, 20), none), /only 20 tokens/)
  })

  test('is what the logits say, counted another way', async ({ assert }) => {
    const result = await evaluateLanguage({ before, after, text, limit: 2 }, silentContext())
    assert.deepEqual([result.windows, result.tokens], [2, 128])

    let [nll, count, agree] = [0, 0, 0]
    const [one, two] = [await loadModel(before), await loadModel(after)]
    const tokens = one.tokenize(TEXT, { special: true })
    for (const start of [0, 64]) {
      const window = tokens.slice(start, start + 64)
      window[0] = 1
      const distributions: number[][][] = []
      for (const model of [one, two]) {
        const context = model.createContext({ contextTokens: 64 })
        await context.decode(window, 'all')
        const logits = context.logits()
        distributions.push(
          Array.from(window, (_, i) => softmax(logits.subarray(i * 259, (i + 1) * 259)))
        )
      }
      for (let i = 32; i < 63; i++, count++) {
        const [p, q] = distributions.map((each) => each[i]!) as [number[], number[]]
        nll -= Math.log(p[window[i + 1]!]!)
        if (p.indexOf(Math.max(...p)) === q.indexOf(Math.max(...q))) agree++
      }
    }
    one.free()
    two.free()
    assert.closeTo(result.perplexityBefore / Math.exp(nll / count), 1, 1e-3)
    // Random weights make near ties, which another batch size decides otherwise.
    assert.closeTo(result.topTokenAgreement, agree / count, 4 / count)
    assert.isAbove(result.klMean, 0)
    assert.isBelow(result.klMean, 0.5)
    assert.isAbove(result.speedAfter!.promptPerSecond, 0)
    assert.isAbove(result.speedAfter!.generatedPerSecond, 0)
    assert.lengthOf(result.samples, 2)
    assert.isBelow(result.bytesAfter, result.bytesBefore)
  })

  test('a model beside itself is the same; another one is refused', async ({ assert }) => {
    const same = await evaluateLanguage({ before, after: before, text, limit: 1 }, silentContext())
    assert.equal(same.klMax, 0)
    assert.equal(same.topTokenAgreement, 1)
    assert.equal(same.samples[0]!.before, same.samples[0]!.after)
    assert.equal(same.perplexityBefore, same.perplexityAfter)

    const real = join('..', 'shared', 'data', 'llm', 'tinyllm.gguf')
    await evaluateLanguage({ before, after: real, text }, silentContext()).then(
      () => assert.fail('compared with another model'),
      (error) => assert.oneOf(error.code ?? error.name, ['E_DIFFERENT_MODELS', 'ENOENT'])
    )
  })

  test('stops when cancelled', async ({ assert }) => {
    const controller = new AbortController()
    const report = ({ fraction }: { fraction: number }) => fraction > 0 && controller.abort()
    const context = { signal: controller.signal, report }
    await assert.rejects(() => evaluateLanguage({ before, after, text }, context), /abort/i)
  })
})
