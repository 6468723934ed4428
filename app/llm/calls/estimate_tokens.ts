/** Characters per token of French and English prose in current tokenizers, on the safe side. */
const CHARACTERS_PER_TOKEN = 3.5

/** Rough number of tokens, for holds and for streams that were cut before the report. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN)
}
