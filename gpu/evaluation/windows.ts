import type { Note } from '../protocol.js'
import { ModelError, note } from '../shared/errors.js'

/** llama.cpp's: windows of 512 tokens that do not overlap, the second half scored. */
export const WINDOW_TOKENS = 512

/** Fewer tokens than this say nothing about a model. */
const LEAST_TOKENS = 64

export interface Windows {
  /** Tokens of each; the first is the one that begins a text, where the model has one. */
  tokens: Int32Array[]
  /** First position whose prediction counts; the last position predicts what is not there. */
  scoredFrom: number
  notes: Note[]
}

export interface WindowOptions {
  size: number
  /** `second_half` gives the model something to go by; `all` is what papers on small models use. */
  scoring: 'second_half' | 'all'
  bos: number | null
  limit?: number
}

/**
 * Cuts a text into windows. A text shorter than one window becomes one shorter window.
 *
 * @throws {ModelError} E_EVALUATION_TEXT when there are fewer than 64 tokens.
 */
export function cutWindows(text: Int32Array, options: WindowOptions): Windows {
  if (text.length < LEAST_TOKENS) {
    throw new ModelError(
      'E_EVALUATION_TEXT',
      `The evaluation text has only ${text.length} tokens; at least ${LEAST_TOKENS} are needed, and a few pages give steadier figures. Give a longer text, or none to take the bundled one.`,
      { params: { tokens: text.length, least: LEAST_TOKENS } }
    )
  }
  const size = Math.min(options.size, text.length)
  const whole = Math.floor(text.length / size)
  const count = Math.max(1, Math.min(whole, Math.floor(options.limit ?? whole)))
  const tokens = Array.from({ length: count }, (_, index) => {
    const window = text.slice(index * size, (index + 1) * size)
    if (options.bos !== null) window[0] = options.bos
    return window
  })
  const notes: Note[] = []
  if (size < WINDOW_TOKENS) {
    notes.push(
      note(
        'evaluation_window_short',
        `Windows of ${size} tokens were used instead of ${WINDOW_TOKENS}, so the perplexity is higher than published figures; before and after are comparable all the same.`,
        { tokens: size, usual: WINDOW_TOKENS }
      )
    )
  }
  return { tokens, scoredFrom: options.scoring === 'all' ? 0 : Math.floor(size / 2), notes }
}
