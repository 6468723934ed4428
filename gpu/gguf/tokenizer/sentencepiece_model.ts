/**
 * `tokenizer.model`, a SentencePiece `ModelProto` in protocol buffers. Only what GGUF keeps is
 * read. Source: `sentencepiece_model.proto`: pieces = 1 (piece 1, score 2, type 3), trainer_spec = 2
 * (model_type 3), normalizer_spec = 3 (add_dummy_prefix 3).
 */
import { ModelError } from '../../shared/errors.js'

export interface SentencePieceModel {
  pieces: { text: string; score: number; type: number }[]
  /** Pieces are chosen by probability, not merged: llama.cpp cuts such text differently. */
  unigram: boolean
  addDummyPrefix: boolean
}

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5
const UNIGRAM = 1
const NORMAL = 1

/**
 * The model, or null when the file is something else: Llama 3 uses the same name for another format.
 * @throws ModelError `E_TOKENIZER_INVALID` when it is one but damaged
 */
export function readSentencePieceModel(file: Uint8Array): SentencePieceModel | null {
  // The first field is a piece, a short message; its text comes first in it.
  if (file[0] !== 0x0a || file[2] !== 0x0a) return null
  const model: SentencePieceModel = { pieces: [], unigram: true, addDummyPrefix: true }
  try {
    for (const { field, bytes } of fields(file)) {
      if (field === 1 && bytes) model.pieces.push(readPiece(bytes))
      if (field === 2 && bytes) model.unigram = (numberIn(bytes, 3) ?? UNIGRAM) === UNIGRAM
      if (field === 3 && bytes) model.addDummyPrefix = numberIn(bytes, 3) !== 0
    }
  } catch (cause) {
    throw new ModelError(
      'E_TOKENIZER_INVALID',
      '“tokenizer.model” is damaged or cut off. Fetch the file again.',
      { params: { file: 'tokenizer.model' }, cause }
    )
  }
  return model
}

function readPiece(message: Uint8Array) {
  const piece = { text: '', score: 0, type: NORMAL }
  for (const { field, bytes, value } of fields(message)) {
    if (field === 1 && bytes) piece.text = Buffer.from(bytes).toString('utf8')
    if (field === 2 && bytes) piece.score = viewOf(bytes).getFloat32(0, true)
    if (field === 3 && value !== undefined) piece.type = value
  }
  return piece
}

function numberIn(message: Uint8Array, wanted: number): number | undefined {
  for (const { field, value } of fields(message)) if (field === wanted) return value
  return undefined
}

interface Field {
  field: number
  value?: number
  bytes?: Uint8Array
}

/** The fields of a message in order. @throws RangeError when it ends too early */
function* fields(message: Uint8Array): Generator<Field> {
  const cursor = { at: 0 }
  while (cursor.at < message.length) {
    const tag = varint(message, cursor)
    const field = Math.floor(tag / 8)
    switch (tag % 8) {
      case VARINT:
        yield { field, value: varint(message, cursor) }
        break
      case FIXED64:
        yield { field, bytes: take(message, cursor, 8) }
        break
      case BYTES:
        yield { field, bytes: take(message, cursor, varint(message, cursor)) }
        break
      case FIXED32:
        yield { field, bytes: take(message, cursor, 4) }
        break
      default:
        throw new RangeError(`No wire type: ${tag % 8}`)
    }
  }
}

function varint(message: Uint8Array, cursor: { at: number }): number {
  let value = 0
  for (let shift = 0; shift < 64; shift += 7) {
    const byte = message[cursor.at++]
    if (byte === undefined) throw new RangeError('The message ends inside a number')
    // Multiplied, not shifted: numbers may have more than 32 bits.
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return value
  }
  throw new RangeError('A number of more than 64 bits')
}

function take(message: Uint8Array, cursor: { at: number }, length: number): Uint8Array {
  const end = cursor.at + length
  if (end > message.length) throw new RangeError('The message ends inside a field')
  const bytes = message.subarray(cursor.at, end)
  cursor.at = end
  return bytes
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
