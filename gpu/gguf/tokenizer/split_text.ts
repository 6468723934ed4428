/**
 * Where a Hugging Face pre-tokenizer cuts a text, in UTF-16 positions. Enough of the `tokenizers`
 * library's pre-tokenizers to compare two of them by what they do. Source: its documentation of
 * `tokenizer.json`.
 */

export interface PreTokenizer {
  type?: string
  pretokenizers?: PreTokenizer[]
  pattern?: { Regex?: string; String?: string }
  behavior?: string
  invert?: boolean
  individual_digits?: boolean
  use_regex?: boolean
  /** Metaspace: `first`, `always` or `never`. */
  prepend_scheme?: string
  add_prefix_space?: boolean
}

/** The split of GPT-2, which `ByteLevel` does by itself. */
export const GPT2_PATTERN = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`

type Cutter = (piece: string) => number[]

/**
 * Positions inside `text` where a piece ends and the next one starts.
 * @throws SyntaxError for a pattern or pre-tokenizer that cannot be followed
 */
export function cutsOf(text: string, preTokenizer: PreTokenizer | null | undefined): Set<number> {
  return applyCutters(text, cuttersOf(preTokenizer))
}

/** Patterns applied one after the other to the pieces of the one before, as llama.cpp does it. */
export function cutsOfPatterns(text: string, patterns: readonly string[]): Set<number> {
  return applyCutters(
    text,
    patterns.map((pattern) => cutter(toJavaScript(pattern), 'Isolated', false))
  )
}

function applyCutters(text: string, cutters: readonly Cutter[]): Set<number> {
  let cuts: number[] = []
  for (const cut of cutters) {
    const edges = [0, ...cuts, text.length]
    const next = new Set(cuts)
    for (let i = 0; i + 1 < edges.length; i++) {
      const [start, end] = [edges[i]!, edges[i + 1]!]
      for (const position of cut(text.slice(start, end))) next.add(start + position)
    }
    cuts = [...next].sort((a, b) => a - b)
  }
  return new Set(cuts)
}

function cuttersOf(preTokenizer: PreTokenizer | null | undefined): Cutter[] {
  if (!preTokenizer) return []
  switch (preTokenizer.type) {
    case 'Sequence':
      return (preTokenizer.pretokenizers ?? []).flatMap(cuttersOf)
    case 'Split':
      return [splitCutter(preTokenizer)]
    case 'Digits':
      return [cutter(preTokenizer.individual_digits ? /\p{N}/gu : /\p{N}+/gu, 'Isolated', false)]
    case 'Punctuation':
      return [cutter(/[\p{P}!-/:-@[-`{-~]/gu, preTokenizer.behavior ?? 'Isolated', false)]
    case 'WhitespaceSplit':
      return [cutter(/\s+/gu, 'Removed', false)]
    case 'Whitespace':
      return [cutter(/[\p{L}\p{M}\p{N}_]+|[^\p{L}\p{M}\p{N}_\s]+/gu, 'Removed', true)]
    case 'ByteLevel':
      if (preTokenizer.use_regex === false) return []
      return [cutter(toJavaScript(GPT2_PATTERN), 'Isolated', false)]
    default:
      throw new SyntaxError(`Unknown pre-tokenizer: ${preTokenizer.type}`)
  }
}

function splitCutter({ pattern, behavior, invert }: PreTokenizer): Cutter {
  const source =
    pattern?.Regex ?? pattern?.String?.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`)
  if (source === undefined) throw new SyntaxError('A Split without a pattern')
  return cutter(toJavaScript(source), behavior ?? 'Isolated', invert ?? false)
}

/** Cuts a piece at the matches of a pattern; `behavior` as in `tokenizers`. */
function cutter(pattern: RegExp, behavior: string, invert: boolean): Cutter {
  return (piece) => {
    const matches = [...piece.matchAll(pattern)]
      .filter(([match]) => match.length > 0)
      .map((match): [number, number] => [match.index, match.index + match[0].length])
    const ranges = invert ? gapsBetween(matches, piece.length) : matches
    const cuts: number[] = []
    ranges.forEach(([start, end], i) => {
      const touches = ranges[i - 1]?.[1] === start
      if (behavior !== 'MergedWithPrevious' && !(behavior === 'Contiguous' && touches)) {
        cuts.push(start)
      }
      const touchesNext = ranges[i + 1]?.[0] === end
      if (behavior !== 'MergedWithNext' && !(behavior === 'Contiguous' && touchesNext)) {
        cuts.push(end)
      }
    })
    return cuts.filter((position) => position > 0 && position < piece.length)
  }
}

function gapsBetween(matches: readonly [number, number][], length: number): [number, number][] {
  const gaps: [number, number][] = []
  let position = 0
  for (const [start, end] of [...matches, [length, length] as const]) {
    if (start > position) gaps.push([position, start])
    position = end
  }
  return gaps
}

/** Characters that may be escaped in a `u` pattern; Oniguruma lets one escape any. */
const ESCAPABLE = new Set(String.raw`^$\.*+?()[]{}|/-bBcdDfknpPrsStuvwWx0123456789`)

/**
 * A pattern of Oniguruma (`tokenizers`) or PCRE as a JavaScript one: possessive quantifiers become
 * greedy ones, which match the same in these patterns; scripts get their long name.
 * @throws SyntaxError
 */
function toJavaScript(pattern: string): RegExp {
  let out = ''
  let inClass = false
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!
    if (character === '\\') {
      const next = pattern[++i] ?? ''
      out += escaped(next, inClass)
    } else if (inClass && pattern.startsWith('&&', i)) {
      throw new SyntaxError('Intersections of classes cannot be followed')
    } else if (inClass && character === '[') {
      out += String.raw`\[`
    } else if (!inClass && character === '+' && isAfterQuantifier(pattern, i)) {
      continue
    } else {
      if (character === '[') inClass = true
      if (character === ']') inClass = false
      out += character
    }
  }
  return new RegExp(out.replaceAll(/\\([pP])\{(Han|Hiragana|Katakana)\}/g, '\\$1{Script=$2}'), 'gu')
}

function escaped(next: string, inClass: boolean): string {
  if (next === 'd') return String.raw`\p{Nd}`
  if (next === 'w') return inClass ? String.raw`\p{L}\p{M}\p{N}_` : String.raw`[\p{L}\p{M}\p{N}_]`
  if (next === 'A') return '^'
  if (next === 'z' || next === 'Z') return '$'
  return ESCAPABLE.has(next) ? `\\${next}` : next
}

function isAfterQuantifier(pattern: string, i: number): boolean {
  const before = pattern[i - 1]
  const isQuantifier = before === '?' || before === '*' || before === '+' || before === '}'
  return isQuantifier && pattern[i - 2] !== '\\'
}
