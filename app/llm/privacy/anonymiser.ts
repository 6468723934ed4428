import type { ModelRequest } from '#app/llm/types'
import { findPersonalData } from './find_personal_data.js'
import { findKnownContacts } from './known_contacts.js'
import { keepPlaceholders, readPlaceholders } from './placeholder_store.js'
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

/**
 * Opens the anonymiser of one request, before anything of it leaves the box. What the request
 * belongs to, e.g. a conversation, keeps its placeholders from one request to the next.
 *
 * Proved forms (an IBAN, a card) and contacts of the workspace are replaced everywhere. Rules
 * about names and addresses work on what people wrote, and not on words that the instructions
 * contain too: a catalogue is full of products that are called like somebody.
 */
export async function openAnonymiser(request: ModelRequest): Promise<Anonymiser> {
  const { system, messages, workspaceId, reference } = request
  const texts = messages.map(({ text }) => text)
  const [placeholders, contactsIn] = await Promise.all([
    readPlaceholders(workspaceId, reference),
    findKnownContacts(workspaceId, texts),
  ])
  for (const text of [system, ...texts]) placeholders.reserve(text)

  const counts: Record<string, number> = {}
  const seen = new Set<string>()
  const replace = (text: string): string => {
    const likely = text !== system
    let masked = ''
    let at = 0
    for (const { start, end, kind } of findPersonalData(text, {
      likely,
      known: contactsIn(text),
    })) {
      const value = text.slice(start, end)
      if (likely && kind === 'PERSON' && system.includes(value)) continue
      const placeholder = placeholders.placeholderOf(kind, value)
      masked += text.slice(at, start) + placeholder
      at = end
      if (!seen.has(placeholder)) counts[kind.toLowerCase()] = (counts[kind.toLowerCase()] ?? 0) + 1
      seen.add(placeholder)
    }
    return masked + text.slice(at)
  }
  const masked = new Map([system, ...texts].map((text) => [text, replace(text)]))
  // Kept before anything leaves, so that a crash cannot leave an answer without its originals.
  await keepPlaceholders(workspaceId, reference, placeholders)

  return {
    mask: (text) => masked.get(text) ?? replace(text),
    restore(text) {
      const stream = new RestoreStream(placeholders)
      return stream.push(text) + stream.end()
    },
    restoreStream: () => new RestoreStream(placeholders),
    counts,
  }
}
