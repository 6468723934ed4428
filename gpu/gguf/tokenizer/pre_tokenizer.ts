/**
 * Which of llama.cpp's pre-tokenizers a model has. Others recognize it by a hash over a fixed
 * text's tokens, which misses every model with another vocabulary; we compare where both cut a
 * text that holds everything they differ in.
 */
import type { Note } from '../../protocol.js'
import { ModelError, note } from '../../shared/errors.js'
import { KNOWN_PRE_TOKENIZERS, type KnownPreTokenizer } from './known_pre_tokenizers.js'
import { cutsOf, cutsOfPatterns, type PreTokenizer } from './split_text.js'

export interface FoundPreTokenizer {
  known: KnownPreTokenizer
  note: Note
}

/** Below this share of equal cuts, tokens would be too different from those of the training. */
const LEAST_AGREEMENT = 0.9

/** Contractions, numbers, scripts, marks, spaces, line ends, symbols, code: what patterns treat. */
const PROBE = [
  `I've been 'told he's there, 'RE you sure? We'LL see what they'd say: it'S I'M`,
  `HelloWorld parseHTTPResponse iPhone ABCdef XMLHttpRequest's McDonald'S`,
  `1 12 123 1234 12345678 v3.14 2026-11-25 12:30 a1b2c3 ½ ² Ⅷ ٣٤ 1,000,000`,
  `l'été où naïve cafe\u0301 mañana Straße Ελλάδα Привет мир שלום مرحبا हिन्दी ไทย`,
  `我想在apple工作1314151天～ 日本語テキスト カタカナ 한국어 텍스트 កាន់តែ`,
  `a  b   c    d\te\t\tf \n g\n\nh\r\ni \n\n  j   \n`,
  `if (x[0] != "y") { return z; } // path/to/file.ts\n/* done */\n\n#include <a.h>\n`,
  `--- === ... !!! ??? \\ \`code\` ~tilde~ ^hat^ $5.00 +5% <b>|</b> @home #tag a&b {c}`,
  `🚀 (normal) 😶\u200d🌫️ ✅🦙🦙 … « guillemets » “quotes” – — • 。，、！？`,
  `foo.bar,baz;qux:quux !word "word 'word (word -word.\n\n!?\n \t!\n\t\n`,
].join(' ')

/**
 * @param ignoresMerges the model's own `ignore_merges`, which decides between equal patterns
 * @throws ModelError `E_PRE_TOKENIZER_UNKNOWN` when none of llama.cpp's comes close
 */
export function findPreTokenizer(
  preTokenizer: PreTokenizer | null | undefined,
  ignoresMerges: boolean
): FoundPreTokenizer {
  const cuts = followed(preTokenizer)
  const [best] = KNOWN_PRE_TOKENIZERS.map((known) => ({
    known,
    agreement: agreementOf(cuts, cutsOfPatterns(PROBE, known.patterns)),
    sameMerging: (known.ignoresMerges ?? false) === ignoresMerges,
  })).sort((a, b) => b.agreement - a.agreement || Number(b.sameMerging) - Number(a.sameMerging))
  if (!best || best.agreement < LEAST_AGREEMENT) throw unknown(best?.known.name)
  return { known: best.known, note: noteFor(best.known.name, best.agreement, best.sameMerging) }
}

function followed(preTokenizer: PreTokenizer | null | undefined): Set<number> {
  try {
    return cutsOf(PROBE, preTokenizer)
  } catch (cause) {
    if (cause instanceof SyntaxError) throw unknown(undefined, cause)
    throw cause
  }
}

/** Shared cuts over all cuts. */
function agreementOf(a: Set<number>, b: Set<number>): number {
  const union = a.union(b).size
  return union === 0 ? 1 : a.intersection(b).size / union
}

function noteFor(name: string, agreement: number, sameMerging: boolean): Note {
  if (agreement === 1 && sameMerging) {
    return note(
      'pre_tokenizer_matched',
      `The tokenizer cuts text as llama.cpp’s “${name}” does (same cuts on the probe text).`,
      { name }
    )
  }
  const percent = Math.floor(agreement * 1000) / 10
  return note(
    'pre_tokenizer_nearest',
    agreement === 1
      ? `The tokenizer cuts text as llama.cpp’s “${name}” does, but treats whole words and merges differently; a few rare words may get other tokens.`
      : `llama.cpp has no pre-tokenizer that cuts text exactly as this model’s does; “${name}” comes closest (${percent} % of the cuts on the probe text are the same). Rare combinations of spaces and symbols may get other tokens.`,
    { name, percent }
  )
}

function unknown(nearest: string | undefined, cause?: unknown): ModelError {
  const hint = nearest ? ` The nearest, “${nearest}”, is too far away.` : ''
  return new ModelError(
    'E_PRE_TOKENIZER_UNKNOWN',
    `llama.cpp has no pre-tokenizer that cuts text as this model’s tokenizer.json says.${hint} ` +
      'The model would answer badly without an error, so it is not converted. GPTQ and AWQ keep the tokenizer as it is.',
    { params: { nearest: nearest ?? '' }, cause }
  )
}
