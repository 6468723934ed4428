/**
 * The pre-tokenizers that llama.cpp knows and that models of our architectures use. Patterns are
 * those of the models' own `tokenizer.json`; names and side effects are those of
 * `src/llama-vocab.cpp` of llama.cpp v0.4.0. Several names mean the same there; one is enough.
 */
import { GPT2_PATTERN } from './split_text.js'

export interface KnownPreTokenizer {
  /** `tokenizer.ggml.pre`. */
  name: string
  /** Applied one after the other. */
  patterns: readonly string[]
  /** llama.cpp takes a whole word that is a token without looking at the merges. */
  ignoresMerges?: boolean
  /** llama.cpp starts with the BOS token unless the file says otherwise. */
  addsBos?: boolean
}

const CONTRACTIONS = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)`
const WORD = String.raw`[^\r\n\p{L}\p{N}]?\p{L}+`
const SYMBOLS = String.raw` ?[^\s\p{L}\p{N}]+[\r\n]*`
const SPACES = String.raw`\s*[\r\n]+|\s+(?!\S)|\s+`

const LLAMA3 = String.raw`${CONTRACTIONS}|${WORD}|\p{N}{1,3}|${SYMBOLS}|${SPACES}`
const QWEN2 = String.raw`${CONTRACTIONS}|${WORD}|\p{N}|${SYMBOLS}|${SPACES}`

const UPPER = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
const LOWER = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
const SYMBOLS_AND_SLASH = String.raw` ?[^\s\p{L}\p{N}]+[\r\n/]*`
/** Words that are cut where lower case is followed by upper case. */
function casedWords(suffix: string): string {
  const before = String.raw`[^\r\n\p{L}\p{N}]?`
  return `${before}${UPPER}*${LOWER}+${suffix}|${before}${UPPER}+${LOWER}*${suffix}`
}

const DEEPSEEK3_WORDS = String.raw`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_\`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`

export const KNOWN_PRE_TOKENIZERS: readonly KnownPreTokenizer[] = [
  { name: 'llama-bpe', patterns: [LLAMA3], ignoresMerges: true, addsBos: true },
  { name: 'dbrx', patterns: [LLAMA3] },
  { name: 'qwen2', patterns: [QWEN2] },
  { name: 'gpt-2', patterns: [GPT2_PATTERN] },
  { name: 'smollm', patterns: [String.raw`\p{N}`, GPT2_PATTERN] },
  {
    name: 'qwen35',
    patterns: [
      String.raw`${CONTRACTIONS}|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|${SPACES}`,
    ],
  },
  {
    name: 'tekken',
    patterns: [String.raw`${casedWords('')}|\p{N}|${SYMBOLS_AND_SLASH}|${SPACES}`],
    ignoresMerges: true,
    addsBos: true,
  },
  {
    name: 'gpt-4o',
    patterns: [
      String.raw`${casedWords(`${CONTRACTIONS}?`)}|\p{N}{1,3}|${SYMBOLS_AND_SLASH}|${SPACES}`,
    ],
  },
  {
    name: 'deepseek-coder',
    patterns: [
      String.raw`[\r\n]`,
      String.raw`\s?\p{L}+`,
      String.raw`\s?\p{P}+`,
      '[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+',
      String.raw`\p{N}`,
    ],
  },
  {
    name: 'deepseek-v3',
    patterns: [
      String.raw`\p{N}{1,3}`,
      '[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+',
      DEEPSEEK3_WORDS,
    ],
  },
  {
    name: 'falcon',
    patterns: [String.raw`[\p{P}$+<=>^~|\`]+`, GPT2_PATTERN, '[0-9][0-9][0-9]'],
  },
  {
    name: 'seed-coder',
    patterns: [String.raw`${CONTRACTIONS}|${WORD}|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|${SPACES}`],
  },
  {
    name: 'minicpm5',
    patterns: [
      String.raw`\p{N}{1,3}`,
      String.raw`${CONTRACTIONS}|${WORD}|\p{N}+|${SYMBOLS}|${SPACES}`,
    ],
    ignoresMerges: true,
  },
  { name: 'bloom', patterns: [String.raw` ?[^(\s|.,!?…。，、।۔،)]+`] },
]
