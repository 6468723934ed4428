/** The text that a model reads while its activations are measured. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { Note } from '../protocol.js'
import { ModelError, note } from '../shared/errors.js'

/** More is never read: 128 samples of 2,048 tokens are about a megabyte. */
const MOST_BYTES = 64 * 1024 ** 2
/** Share of lines seen before from which a text is called repetitive. */
const MANY_REPEATS = 0.2
/** Shorter lines repeat in any text. */
const LONG_LINE = 20
/** A sample below this many tokens says nothing. */
const LEAST_TOKENS = 32

export interface CalibrationText {
  text: string
  source: 'bundled' | 'given'
  sha256: string
  notes: Note[]
}

/**
 * The user's text, or the bundled one (several languages and code, see text/README.md).
 *
 * @throws {ModelError} E_CALIBRATION_TEXT when the file is no text or empty.
 */
export async function readCalibrationText(path?: string): Promise<CalibrationText> {
  const file = path ?? new URL('text/default.txt', import.meta.url)
  const { size } = await stat(file)
  if (size > MOST_BYTES) {
    throw new ModelError(
      'E_CALIBRATION_TEXT',
      'The calibration text is larger than 64 MB. A few hundred kilobytes of typical text are enough.'
    )
  }
  const bytes = await readFile(file)
  const { text, encoding } = decodeText(bytes)
  if (text.trim() === '') {
    throw new ModelError(
      'E_CALIBRATION_TEXT',
      'The calibration text is empty. Give text like the model will see in use, or none at all to take the bundled one.'
    )
  }
  const notes: Note[] = []
  if (encoding !== 'utf-8') {
    notes.push(
      note(
        'calibration_text_encoding',
        `The calibration text is not UTF-8; it was read as ${encoding}. Check that accents look right in it.`,
        { encoding }
      )
    )
  }
  const repeats = repeatedShare(text)
  if (repeats > MANY_REPEATS) {
    const percent = Math.round(repeats * 100)
    notes.push(
      note(
        'calibration_text_repeats',
        `${percent} % of the calibration text repeats itself. Varied text calibrates better.`,
        { percent }
      )
    )
  }
  return {
    text,
    source: path ? 'given' : 'bundled',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    notes,
  }
}

function decodeText(bytes: Buffer): { text: string; encoding: string } {
  const bom = bytes.subarray(0, 2).toString('hex')
  if (bom === 'fffe') return { text: decode(bytes, 'utf-16le'), encoding: 'UTF-16' }
  if (bom === 'feff') return { text: decode(bytes, 'utf-16be'), encoding: 'UTF-16' }
  if (bytes.includes(0)) {
    throw new ModelError(
      'E_CALIBRATION_TEXT',
      'The calibration file is not plain text. Save it as a UTF-8 text file (.txt).'
    )
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' }
  } catch {
    return { text: decode(bytes, 'windows-1252'), encoding: 'Windows-1252' }
  }
}

function decode(bytes: Buffer, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes)
}

function repeatedShare(text: string): number {
  const lines = text.split('\n').filter((line) => line.length >= LONG_LINE)
  return lines.length === 0 ? 0 : 1 - new Set(lines).size / lines.length
}

export interface SampleOptions {
  /** At most so many. */
  samples: number
  /** Somebody asked for just so many: fewer are worth a note. */
  asked?: boolean
  /** Tokens per sample. */
  seqLen: number
  /** Token that each sample begins with, in place of its first, or null. */
  bos: number | null
  /** Spread over the whole text, or its beginning. */
  choose?: 'even' | 'first'
}

/**
 * Cuts tokens into samples of equal length that do not overlap.
 *
 * @throws {ModelError} E_CALIBRATION_TEXT when there is less than a short sample.
 */
export function cutSamples(
  tokens: Int32Array,
  { samples, asked = true, seqLen, bos, choose = 'even' }: SampleOptions
): { samples: Int32Array[]; notes: Note[] } {
  if (tokens.length < LEAST_TOKENS) {
    throw new ModelError(
      'E_CALIBRATION_TEXT',
      `The calibration text has only ${tokens.length} tokens. Give at least a few pages of text, or none at all to take the bundled one.`,
      { params: { tokens: tokens.length } }
    )
  }
  const notes: Note[] = []
  const length = Math.min(seqLen, tokens.length)
  const whole = Math.floor(tokens.length / length)
  const count = Math.min(samples, whole)
  if (asked && (count < samples || length < seqLen)) {
    notes.push(
      note(
        'calibration_text_short',
        `The calibration text gives ${count} samples of ${length} tokens, fewer than the ${samples} of ${seqLen} that were asked for. More text makes the result steadier.`,
        { samples: count, tokens: length, wanted: samples, wantedTokens: seqLen }
      )
    )
  }
  const chosen = Array.from({ length: count }, (_, index) => {
    const place = choose === 'first' ? index : Math.floor((index * whole) / count)
    const sample = tokens.slice(place * length, (place + 1) * length)
    if (bos !== null) sample[0] = bos
    return sample
  })
  return { samples: chosen, notes }
}
