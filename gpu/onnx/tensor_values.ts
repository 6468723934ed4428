import { readSync, realpathSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { externalData, invalid } from './errors.js'
import { CHUNK_BYTES } from './limits.js'
import type { OnnxModel, OnnxTensor } from './model.js'
import { DTYPE, TENSOR } from './schema.js'
import { packedVarints } from './wire_reader.js'

/** Flat little-endian values somewhere on disk. */
export interface Place {
  handle: FileHandle
  start: number
  bytes: number
}

/** The values of a model's weights, read in pieces from the model's file and those beside it. */
export class TensorValues {
  readonly #handles = new Map<string, Promise<FileHandle>>()
  readonly #folder: string

  constructor(readonly model: OnnxModel) {
    this.#folder = realpathSync(dirname(resolve(model.file.path)))
  }

  /**
   * Where the flat values of a tensor are, or null for one that is listed in another encoding.
   *
   * @throws ModelError `E_ONNX_EXTERNAL_…` when the other file is missing, short or elsewhere
   */
  async place(tensor: OnnxTensor): Promise<Place | null> {
    const { data } = tensor
    if (data.kind === 'listed') return null
    if (data.kind === 'flat') {
      const { start, end } = data.range
      return { handle: await this.#open(this.model.file.path), start, bytes: end - start }
    }
    const path = externalPath(this.#folder, tensor.name, data.location)
    const handle = await this.#open(path)
    const { size } = await handle.stat()
    const bytes = data.length ?? tensor.bytes
    if (data.offset + bytes > size) throw externalData('short', tensor.name, data.location)
    if (bytes !== tensor.bytes) {
      throw invalid(
        `the weights “${tensor.name}” should take ${tensor.bytes} bytes by their shape, but there are ${bytes}`,
        { tensor: tensor.name, expected: tensor.bytes, found: bytes }
      )
    }
    return { handle, start: data.offset, bytes }
  }

  /**
   * The raw bytes of a tensor in pieces, each valid until the next one is asked for. Pieces hold
   * whole elements of up to 16 bytes.
   */
  async *raw(tensor: OnnxTensor): AsyncGenerator<Buffer> {
    const place = await this.place(tensor)
    if (!place) {
      yield this.#listed(tensor)
      return
    }
    yield* pieces(place, tensor.name)
  }

  /** Bytes of the model's own file. */
  async *stretch(start: number, bytes: number): AsyncGenerator<Buffer> {
    const { path } = this.model.file
    yield* pieces({ handle: await this.#open(path), start, bytes }, path)
  }

  /** F32 and F16 weights as float32, in pieces valid until the next one is asked for. */
  async *floats(tensor: OnnxTensor): AsyncGenerator<Float32Array> {
    if (tensor.dtype !== DTYPE.float && tensor.dtype !== DTYPE.float16) {
      throw new TypeError(`${tensor.name} is not a tensor of floats`)
    }
    let wide: Float32Array | undefined
    for await (const bytes of this.raw(tensor)) {
      const { buffer, byteOffset, byteLength } = aligned(bytes)
      if (tensor.dtype === DTYPE.float) {
        yield new Float32Array(buffer, byteOffset, byteLength / 4)
        continue
      }
      const half = new Float16Array(buffer, byteOffset, byteLength / 2)
      wide ??= new Float32Array(CHUNK_BYTES / 2)
      wide.set(half)
      yield wide.subarray(0, half.length)
    }
  }

  async close(): Promise<void> {
    const handles = await Promise.allSettled(this.#handles.values())
    this.#handles.clear()
    for (const handle of handles) {
      if (handle.status === 'fulfilled') await handle.value.close()
    }
  }

  #open(path: string): Promise<FileHandle> {
    let handle = this.#handles.get(path)
    if (!handle) this.#handles.set(path, (handle = open(path, 'r')))
    return handle
  }

  /** Values that are not laid out flat in the file; exporters use them for small tensors only. */
  #listed(tensor: OnnxTensor): Buffer {
    const { data, dtype } = tensor
    if (data.kind !== 'listed') throw new TypeError('The values are flat')
    const file = this.model.file
    if (data.field === TENSOR.floatData && dtype === DTYPE.float) {
      return sized(
        tensor,
        Buffer.concat(data.ranges.map(({ start, end }) => file.bytes(start, end)))
      )
    }
    const values = data.ranges.flatMap((range) => [...packedVarints(file, range)])
    if (data.field === TENSOR.int32Data && dtype === DTYPE.float16) {
      // Each value carries the 16 bits of one half.
      return sized(tensor, Buffer.from(Uint16Array.from(values).buffer))
    }
    if (data.field === TENSOR.int64Data && dtype === DTYPE.int64) {
      return sized(tensor, Buffer.from(BigInt64Array.from(values, BigInt).buffer))
    }
    throw invalid(`the weights “${tensor.name}” are written in a way that is not supported`)
  }
}

/**
 * Reads synchronously, a few milliseconds at a time, and lets other work run between pieces: on a
 * busy machine the way through the thread pool takes longer than the reading.
 */
async function* pieces(place: Place, name: string): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, place.bytes))
  for (let done = 0; done < place.bytes;) {
    const wanted = Math.min(buffer.length, place.bytes - done)
    for (let got = 0; got < wanted;) {
      const at = place.start + done + got
      const bytesRead = readSync(place.handle.fd, buffer, got, wanted - got, at)
      if (bytesRead === 0) throw externalData('short', name, name)
      got += bytesRead
    }
    yield buffer.subarray(0, wanted)
    done += wanted
    await setImmediate()
  }
}

function sized(tensor: OnnxTensor, bytes: Buffer): Buffer {
  if (bytes.length === tensor.bytes) return bytes
  throw invalid(
    `the weights “${tensor.name}” should take ${tensor.bytes} bytes by their shape, but there are ${bytes.length}`,
    { tensor: tensor.name }
  )
}

/** Typed views need their own alignment; pieces of a read buffer have it, the rest is copied. */
function aligned(bytes: Buffer): Buffer {
  if (bytes.byteOffset % 4 === 0) return bytes
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

/**
 * The file that an external tensor names, after the rules of
 * https://onnx.ai/onnx/repo-docs/ExternalData.html: relative to the model and inside its folder.
 * Links that lead out of the folder are refused as well.
 */
export function externalPath(folder: string, tensor: string, location: string): string {
  const path = resolve(folder, location)
  const inside = (child: string) => {
    const way = relative(folder, child)
    return way !== '' && !way.startsWith('..') && !isAbsolute(way)
  }
  if (location.includes('\0') || isAbsolute(location) || !inside(path)) {
    throw externalData('outside', tensor, location)
  }
  let real: string
  try {
    real = realpathSync(path)
  } catch {
    throw externalData('missing', tensor, location)
  }
  if (!inside(real)) throw externalData('outside', tensor, location)
  return real
}
