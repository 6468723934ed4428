/** The token table of a GGUF file while it is put together. */

/** Values of `tokenizer.ggml.token_type`; SentencePiece has the same numbers. */
export const TOKEN_TYPES = {
  normal: 1,
  unknown: 2,
  control: 3,
  userDefined: 4,
  unused: 5,
  byte: 6,
} as const

export interface Token {
  text: string
  /** One of `TOKEN_TYPES`. */
  type: number
  /** Only SentencePiece tokenizers use it: merges with a higher score come first. */
  score: number
}

/** A token that was added to a trained vocabulary, as `tokenizer.json` and others list it. */
export interface AddedToken {
  id: number
  content: string
  special: boolean
}

export const SCORE_OF_ADDED = -1000
const SCORE_OF_PADDING = -10_000

/** Token ids are indexes. Holes are filled when the table is complete. */
export class Vocabulary {
  private readonly table: (Token | undefined)[] = []

  set(id: number, token: Token): void {
    this.table[id] = token
  }

  get(id: number): Token | undefined {
    return this.table[id]
  }

  /** Ids from 0 to one below this number are in use, with or without holes. */
  get size(): number {
    return this.table.length
  }

  /** Id of the token with exactly this text. */
  idOf(text: string): number | undefined {
    const id = this.table.findIndex((token) => token?.text === text)
    return id < 0 ? undefined : id
  }

  /** Marks a token as added after training: control tokens never appear in the text itself. */
  add({ id, content, special }: AddedToken): void {
    const control = special || looksSpecial(content)
    this.set(id, {
      // llama.cpp searches user-defined tokens in the raw text, where a space is a space.
      text: control ? content : content.replaceAll('▁', ' '),
      type: control ? TOKEN_TYPES.control : TOKEN_TYPES.userDefined,
      score: SCORE_OF_ADDED,
    })
  }

  /** All tokens up to `length`; unused ids get a text of their own. */
  complete(length: number): Token[] {
    return Array.from(
      { length },
      (_, id) =>
        this.table[id] ?? {
          text: `[PAD${id}]`,
          type: TOKEN_TYPES.unused,
          score: SCORE_OF_PADDING,
        }
    )
  }
}

const SPECIAL_TEXTS = new Set(['<pad>', '<mask>', '<2mass>', '[@BOS@]'])

/** Some models do not mark what are control tokens; the same ones as llama.cpp's converter. */
function looksSpecial(text: string): boolean {
  return (
    SPECIAL_TEXTS.has(text) ||
    (text.startsWith('<|') && text.endsWith('|>')) ||
    (text.startsWith('<｜') && text.endsWith('｜>')) ||
    (text.startsWith('<unused') && text.endsWith('>'))
  )
}
