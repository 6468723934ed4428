/** The smallest real tokenizers: all bytes, and a few words that are put together from letters. */

export interface TinyTokenizer {
  /** Contents by file name. */
  files: Record<string, string | Uint8Array>
  vocabulary: number
}

export const QWEN_PATTERN = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
const MERGES = [
  't h',
  'th e',
  'Ġ the',
  'i n',
  'in g',
  'e r',
  'Ġ m',
  'Ġm o',
  'd e',
  'de l',
  'Ġmo del',
]

/** A `tokenizer.json` like those of Qwen. */
export function byteLevelTokenizer(): TinyTokenizer {
  const specials = ['<|endoftext|>', '<|im_end|>']
  const tokens = [...specials, ...byteAlphabet(), ...MERGES.map((merge) => merge.replace(' ', ''))]
  const json = {
    version: '1.0',
    added_tokens: specials.map((content, id) => ({
      id,
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: QWEN_PATTERN }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: {
      type: 'ByteLevel',
      add_prefix_space: true,
      trim_offsets: false,
      use_regex: true,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: MERGES.map((merge) => merge.split(' ')),
    },
  }
  const config = {
    tokenizer_class: 'Qwen2Tokenizer',
    bos_token: null,
    eos_token: '<|im_end|>',
    chat_template: '{% for m in messages %}{{ m.content }}<|im_end|>{% endfor %}',
  }
  return {
    files: {
      'tokenizer.json': JSON.stringify(json),
      'tokenizer_config.json': JSON.stringify(config),
    },
    vocabulary: tokens.length,
  }
}

/** GPT-2's printable stand-ins for the 256 bytes. */
function byteAlphabet(): string[] {
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
    return String.fromCodePoint(printable ? byte : next++)
  })
}

const PIECES = ['▁t', 'he', '▁the', 'in', 'ing', '▁m', 'od', 'el', '▁mod', '▁model']

/** A `tokenizer.model` like those of Llama 2: unknown, begin, end, bytes, pieces, letters. */
export function sentencePieceModel(): TinyTokenizer {
  const letters = [...'▁abcdefghijklmnopqrstuvwxyzéABCDEFGHIJKLMNOPQRSTUVWXYZ.,!?']
  const pieces: [text: string, score: number, type: number][] = [
    ['<unk>', 0, 2],
    ['<s>', 0, 3],
    ['</s>', 0, 3],
    ...Array.from({ length: 256 }, (_, byte): [string, number, number] => {
      return [`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, 0, 6]
    }),
    ...PIECES.map((text, rank): [string, number, number] => [text, -rank, 1]),
    ...letters.map((text, i): [string, number, number] => [text, -(PIECES.length + i), 1]),
  ]
  const messages = pieces.map(([text, score, type]) => {
    const bytes = Buffer.from(text)
    const scoreBytes = Buffer.alloc(4)
    scoreBytes.writeFloatLE(score)
    const body = Buffer.concat([
      field(1, bytes),
      Buffer.from([0x15]),
      scoreBytes,
      Buffer.from([0x18, type]),
    ])
    return field(1, body)
  })
  // trainer_spec: model_type = BPE, byte_fallback; normalizer_spec: name, add_dummy_prefix.
  const trainer = field(2, Buffer.from([0x18, 2, 0x98, 0x02, 1]))
  const normalizer = field(
    3,
    Buffer.concat([field(1, Buffer.from('identity')), Buffer.from([0x18, 1, 0x20, 0])])
  )
  const config = {
    tokenizer_class: 'LlamaTokenizer',
    bos_token: '<s>',
    eos_token: '</s>',
    unk_token: '<unk>',
  }
  return {
    files: {
      'tokenizer.model': Buffer.concat([...messages, trainer, normalizer]),
      'tokenizer_config.json': JSON.stringify(config),
    },
    vocabulary: pieces.length,
  }
}

/** A length-delimited field of protocol buffers. */
function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes])
}
