/** Original and quantized language model side by side on the same text. */
import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { EvaluateOrder, LanguageEvaluation, Note } from '../protocol.js'
import { readCalibrationText } from '../calibration/text.js'
import { type LanguageContext, type LanguageModel, loadModel } from '../llama/model.js'
import { ModelError, note } from '../shared/errors.js'
import type { TaskContext } from '../shared/task.js'
import { comparePosition } from './compare_logits.js'
import { complete } from './complete.js'
import { Totals } from './totals.js'
import { cutWindows, WINDOW_TOKENS, type WindowOptions } from './windows.js'

/** Logits of one step; a large vocabulary takes more steps per window, never more memory. */
const LOGIT_BYTES = 64 * 1024 ** 2
/** JavaScript compares so long before others get their turn. */
const BREATHE_MS = 20
const COMPLETIONS = 3
const PROMPT_TOKENS = 24
const COMPLETION_TOKENS = 40
/** Share of the work that the windows are; completions are the rest. */
const WINDOWS_SHARE = 0.9

/** For tests that compare with figures counted otherwise. */
export interface Counting {
  windowTokens?: number
  scoring?: WindowOptions['scoring']
}

interface Side {
  model: LanguageModel
  context: LanguageContext
  promptTokens: number
  promptSeconds: number
  generatedTokens: number
  generatedSeconds: number
}

/**
 * Perplexity by llama.cpp's convention (windows of 512 tokens, second half scored), divergence of
 * the next-token distributions, speed, and completions of both models.
 *
 * Memory: both models (mapped from disk) and two times 64 MB of logits.
 *
 * @throws {ModelError} E_EVALUATION_TEXT when the text is too short, E_DIFFERENT_MODELS when the
 *   two do not share their tokens, and what `loadModel` throws.
 */
export async function evaluateLanguage(
  order: EvaluateOrder,
  { signal, report }: TaskContext,
  counting: Counting = {}
): Promise<LanguageEvaluation> {
  report({ stage: 'evaluating', fraction: 0 })
  const path = order.text ?? fileURLToPath(new URL('text/default.txt', import.meta.url))
  const { text, notes } = await readCalibrationText(path)
  const models: LanguageModel[] = []
  try {
    for (const file of [order.before, order.after]) models.push(await loadModel(file, { signal }))
    const [before, after] = models as [LanguageModel, LanguageModel]
    const tokens = sharedTokens(before, after, text)
    const size = Math.min(counting.windowTokens ?? WINDOW_TOKENS, before.contextTrained || Infinity)
    const windows = cutWindows(tokens, {
      size,
      scoring: counting.scoring ?? 'second_half',
      bos: before.bos,
      limit: order.limit,
    })
    const sides = [before, after].map((model) => newSide(model, size)) as [Side, Side]
    const totals = new Totals()
    const started = performance.now()
    for (const [index, window] of windows.tokens.entries()) {
      await compareWindow(sides, window, windows.scoredFrom, totals, signal)
      const fraction = ((index + 1) / windows.tokens.length) * WINDOWS_SHARE
      const seconds = (performance.now() - started) / 1000
      report({
        stage: 'evaluating',
        fraction,
        etaSeconds: (seconds / fraction) * (1 - fraction),
        item: `${index + 1}/${windows.tokens.length}`,
      })
    }
    const samples = await completeBoth(sides, windows.tokens, signal)
    return {
      kind: 'language',
      tokens: windows.tokens.reduce((sum, window) => sum + window.length, 0),
      windows: windows.tokens.length,
      ...totals.report(),
      bytesBefore: fileBytes(order.before),
      bytesAfter: fileBytes(order.after),
      speedBefore: speedOf(sides[0]),
      speedAfter: speedOf(sides[1]),
      samples,
      notes: [...notes, ...windows.notes, ...bundledNote(order.text)],
    }
  } finally {
    for (const model of models) model.free()
  }
}

function sharedTokens(before: LanguageModel, after: LanguageModel, text: string): Int32Array {
  const tokens = before.tokenize(text, { special: true })
  const others = after.tokenize(text, { special: true })
  const same = tokens.length === others.length && tokens.every((token, i) => token === others[i])
  if (same && before.vocabularySize === after.vocabularySize) return tokens
  throw new ModelError(
    'E_DIFFERENT_MODELS',
    'These two models cut text into different tokens, so they cannot be compared. Choose the original that the smaller one was made from.'
  )
}

function newSide(model: LanguageModel, contextTokens: number): Side {
  const context = model.createContext({ contextTokens })
  const nothing = { promptTokens: 0, promptSeconds: 0, generatedTokens: 0, generatedSeconds: 0 }
  return { model, context, ...nothing }
}

/** Runs one window through both and compares what they predict, some positions at a time. */
async function compareWindow(
  sides: [Side, Side],
  window: Int32Array,
  scoredFrom: number,
  totals: Totals,
  signal: AbortSignal
): Promise<void> {
  const vocabulary = sides[0].model.vocabularySize
  const step = Math.max(1, Math.floor(LOGIT_BYTES / (4 * vocabulary)))
  // The last token is only predicted, it predicts nothing.
  const end = window.length - 1
  for (const { context } of sides) context.clear()
  let done = 0
  for (let start = scoredFrom; start < end; start += step) {
    const stop = Math.min(start + step, end)
    const logits: Float32Array[] = []
    for (const side of sides) {
      signal.throwIfAborted()
      const started = performance.now()
      await side.context.decode(window.subarray(done, stop), { from: start - done })
      side.promptSeconds += (performance.now() - started) / 1000
      side.promptTokens += stop - done
      logits.push(side.context.logits())
    }
    done = stop
    await comparePositions(logits, window.subarray(start + 1, stop + 1), totals, signal)
  }
}

async function comparePositions(
  logits: Float32Array[],
  targets: Int32Array,
  totals: Totals,
  signal: AbortSignal
): Promise<void> {
  const [before, after] = logits as [Float32Array, Float32Array]
  const vocabulary = before.length / targets.length
  let since = performance.now()
  for (const [index, target] of targets.entries()) {
    const [from, to] = [index * vocabulary, (index + 1) * vocabulary]
    totals.add(comparePosition(before.subarray(from, to), after.subarray(from, to), target))
    if (performance.now() - since < BREATHE_MS) continue
    await breathe()
    signal.throwIfAborted()
    since = performance.now()
  }
}

async function completeBoth(sides: [Side, Side], windows: Int32Array[], signal: AbortSignal) {
  const samples: LanguageEvaluation['samples'] = []
  const count = Math.min(COMPLETIONS, windows.length)
  for (let index = 0; index < count; index++) {
    const window = windows[Math.floor((index * windows.length) / count)]!
    const prompt = window.slice(0, Math.min(PROMPT_TOKENS, window.length >> 1))
    const most = Math.min(COMPLETION_TOKENS, window.length - prompt.length)
    const texts: string[] = []
    for (const side of sides) {
      const completion = await complete(side.context, prompt, most, signal)
      side.generatedTokens += completion.tokens
      side.generatedSeconds += completion.seconds
      texts.push(completion.text)
    }
    const [before, after] = texts as [string, string]
    samples.push({ prompt: sides[0].model.detokenize(prompt), before, after })
  }
  return samples
}

function speedOf(side: Side) {
  const rate = (tokens: number, seconds: number) => (seconds > 0 ? tokens / seconds : 0)
  return {
    promptPerSecond: rate(side.promptTokens, side.promptSeconds),
    generatedPerSecond: rate(side.generatedTokens, side.generatedSeconds),
  }
}

/** All parts of a split model: `x-00001-of-00003.gguf` and its like. */
function fileBytes(path: string): number {
  const [, stem, total] = /^(.*)-\d{5}-of-(\d{5})\.gguf$/.exec(basename(path)) ?? []
  if (stem === undefined) return statSync(path).size
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(`${stem}-`) && name.endsWith(`-of-${total}.gguf`))
    .reduce((sum, name) => sum + statSync(join(dirname(path), name)).size, 0)
}

function bundledNote(text: string | undefined): Note[] {
  if (text) return []
  return [
    note(
      'evaluation_text_bundled',
      'The bundled text was used (novels and a shop’s articles, in English and French). Text of your own use shows best what you will notice.'
    ),
  ]
}
