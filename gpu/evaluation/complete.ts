import type { LanguageContext } from '../llama/model.js'
import { indexOfMax } from './compare_logits.js'

export interface Completion {
  text: string
  tokens: number
  seconds: number
}

/** Goes on from a prompt with the likeliest token each time, until the model ends the text. */
export async function complete(
  context: LanguageContext,
  prompt: Int32Array,
  most: number,
  signal: AbortSignal
): Promise<Completion> {
  const { model } = context
  context.clear()
  await context.decode(prompt, 'last')
  const tokens: number[] = []
  let seconds = 0
  for (;;) {
    signal.throwIfAborted()
    const token = indexOfMax(context.logits())
    if (model.endsText(token)) break
    tokens.push(token)
    if (tokens.length >= most) break
    const started = performance.now()
    await context.decode(Int32Array.of(token), 'last')
    seconds += (performance.now() - started) / 1000
  }
  return {
    text: model.detokenize(Int32Array.from(tokens)),
    tokens: Math.max(0, tokens.length - 1),
    seconds,
  }
}
