import type { StreamRestorer } from './anonymiser.js'
import { ENTITY_KINDS } from './entities.js'
import type { PlaceholderMap } from './placeholder_map.js'

/** Placeholders as models write them, also escaped, spaced or in another case. */
const WRITTEN = new RegExp(String.raw`\[ ?(${ENTITY_KINDS.join('|')})\\?[_ ](\d{1,6}) ?\]`, 'gi')

/** Tail of a chunk that can still become a placeholder, and so has to wait for the next one. */
const UNFINISHED = /\[[\sa-z\\_\d]{0,20}$/i

/**
 * Puts the originals back into a streamed answer. Only the tail that may be the beginning of a
 * placeholder is held back, so the first words are not delayed.
 */
export class RestoreStream implements StreamRestorer {
  #tail = ''

  constructor(private readonly placeholders: PlaceholderMap) {}

  push(chunk: string): string {
    const text = this.#tail + chunk
    const start = text.search(UNFINISHED)
    this.#tail = start === -1 ? '' : text.slice(start)
    return this.#restore(start === -1 ? text : text.slice(0, start))
  }

  end(): string {
    const text = this.#restore(this.#tail)
    this.#tail = ''
    return text
  }

  #restore(text: string): string {
    return text.replace(WRITTEN, (written, kind: string, index: string) => {
      return this.placeholders.original(`[${kind.toUpperCase()}_${index}]`) ?? written
    })
  }
}
