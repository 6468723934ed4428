import { createHash } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { WrittenFile } from '../../protocol.js'
import { DTYPE_RANK, bitsOf, countOf } from '../dtypes.js'
import { MAX_HEADER_BYTES } from './parse_header.js'

/** A tensor to write. Its data is asked for once, when its turn in the file comes. */
export interface OutgoingTensor {
  name: string
  /** A dtype of safetensors, e.g. `F16`, `I32`. */
  dtype: string
  shape: readonly number[]
  /** Row-major little-endian bytes, whole or in pieces. */
  data(): Promise<Uint8Array> | AsyncIterable<Uint8Array>
}

export interface WriteOptions {
  /** `transformers` wants `format: 'pt'`, which is the default. */
  metadata?: Record<string, string>
  signal?: AbortSignal
  /** Called after each piece that was written. */
  onBytes?: (bytes: number) => void
}

/**
 * Writes one safetensors file, tensor by tensor, beside its target; the name appears when all of
 * it is on the disk. Tensors are ordered by dtype (widest first), then name, as the reference
 * writer orders them, and the header is padded with spaces so that the data starts at a multiple
 * of 8 bytes.
 *
 * @throws RangeError when a tensor's data does not have the size that its shape promises
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly OutgoingTensor[],
  options: WriteOptions = {}
): Promise<WrittenFile> {
  const ordered = [...tensors].sort(byDtypeThenName)
  const header = headerOf(ordered, options.metadata ?? DEFAULT_METADATA)
  const partial = join(dirname(path), `.${basename(path)}.partial`)
  const file = await open(partial, 'w')
  try {
    const writer = new HashingWriter(file)
    await writer.write(header)
    for (const tensor of ordered) await writeTensor(writer, tensor, options)
    await file.sync()
    await file.close()
    await rename(partial, path)
    return { name: basename(path), bytes: writer.bytes, sha256: writer.digest() }
  } catch (error) {
    await file.close().catch(() => {})
    await rm(partial, { force: true })
    throw error
  }
}

/** Bytes of a tensor. @throws RangeError for an unknown dtype or a shape that cannot be counted. */
export function bytesOfTensor(tensor: Pick<OutgoingTensor, 'name' | 'dtype' | 'shape'>): number {
  const bits = bitsOf(tensor.dtype)
  const count = countOf(tensor.shape)
  const total = bits === undefined || count === undefined ? Number.NaN : bits * count
  if (!Number.isSafeInteger(total) || total % 8 !== 0) {
    throw new RangeError(`“${tensor.name}” cannot be written as ${tensor.dtype} [${tensor.shape}]`)
  }
  return total / 8
}

/** Bytes before the data of a file with these tensors. */
export function headerBytesOf(
  tensors: readonly Pick<OutgoingTensor, 'name' | 'dtype' | 'shape'>[],
  metadata: Record<string, string> = DEFAULT_METADATA
): number {
  return headerOf([...tensors].sort(byDtypeThenName), metadata).length
}

const DEFAULT_METADATA = { format: 'pt' }

/** The length and the padded JSON. @throws RangeError for names that are there twice. */
function headerOf(
  tensors: readonly Pick<OutgoingTensor, 'name' | 'dtype' | 'shape'>[],
  metadata: Record<string, string>
): Buffer {
  const entries: [string, unknown][] = [['__metadata__', metadata]]
  const names = new Set(['__metadata__'])
  let begin = 0
  for (const tensor of tensors) {
    const { name, dtype, shape } = tensor
    if (names.has(name)) throw new RangeError(`“${name}” cannot be written twice`)
    names.add(name)
    const end = begin + bytesOfTensor(tensor)
    entries.push([name, { dtype, shape, data_offsets: [begin, end] }])
    begin = end
  }
  // Written entry by entry: an object would move names that look like numbers to the front.
  const members = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  const json = Buffer.from(`{${members.join(',')}}`)
  const padded = Math.ceil(json.length / 8) * 8
  if (padded > MAX_HEADER_BYTES) throw new RangeError('A safetensors header would be too large')
  const header = Buffer.alloc(8 + padded, ' ')
  header.writeBigUInt64LE(BigInt(padded), 0)
  json.copy(header, 8)
  return header
}

type Named = Pick<OutgoingTensor, 'name' | 'dtype'>

function byDtypeThenName(a: Named, b: Named): number {
  const rank = (DTYPE_RANK.get(b.dtype) ?? 0) - (DTYPE_RANK.get(a.dtype) ?? 0)
  return rank || Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))
}

async function writeTensor(
  writer: HashingWriter,
  tensor: OutgoingTensor,
  { signal, onBytes }: WriteOptions
): Promise<void> {
  const expected = bytesOfTensor(tensor)
  const data = tensor.data()
  let written = 0
  for await (const piece of Symbol.asyncIterator in data ? data : [await data]) {
    signal?.throwIfAborted()
    written += piece.byteLength
    if (written > expected) break
    await writer.write(piece)
    onBytes?.(piece.byteLength)
  }
  if (written !== expected) {
    throw new RangeError(`“${tensor.name}” has ${written} bytes of data, not ${expected}`)
  }
}

class HashingWriter {
  bytes = 0
  private readonly hash = createHash('sha256')

  constructor(private readonly file: FileHandle) {}

  async write(piece: Uint8Array): Promise<void> {
    this.hash.update(piece)
    let done = 0
    while (done < piece.byteLength) {
      const { bytesWritten } = await this.file.write(piece, done)
      done += bytesWritten
    }
    this.bytes += piece.byteLength
  }

  digest(): string {
    return this.hash.digest('hex')
  }
}
