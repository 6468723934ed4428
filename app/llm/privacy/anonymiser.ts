import type { ModelRequest } from '#app/llm/types'
import { ContactDetailsAnonymiser } from './contact_details_anonymiser.js'
import { RestoreStream } from './restore_stream.js'

/**
 * Keeps what is personal inside the box for one request: `mask` what leaves, put it back into
 * what comes in. The gateway knows no more of privacy than this.
 */
export interface Anonymiser {
  /** The text with placeholders in place of what is personal; the same value, the same one. */
  mask(text: string): string
  /** Puts originals back into a whole text, e.g. the arguments of a tool call. */
  restore(text: string): string
  /** Puts originals back into a streamed answer, holding back as little as possible. */
  restoreStream(): StreamRestorer
  /** How many values of each kind were replaced: the log keeps counts, never values. */
  readonly counts: Record<string, number>
}

export interface StreamRestorer {
  /** Text that may be shown after this chunk. */
  push(chunk: string): string
  /** What was held back when the stream ended. */
  end(): string
}

/** Opens the anonymiser of one request, before anything of it leaves the box. */
export async function openAnonymiser(request: ModelRequest): Promise<Anonymiser> {
  const texts = [request.system, ...request.messages.map(({ text }) => text)]
  const details = new ContactDetailsAnonymiser(texts)
  return {
    mask: (text) => details.mask(text),
    restore(text) {
      const stream = new RestoreStream(details)
      return stream.push(text) + stream.end()
    },
    restoreStream: () => new RestoreStream(details),
    get counts() {
      return details.counts
    },
  }
}
