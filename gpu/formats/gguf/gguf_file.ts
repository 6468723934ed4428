import { ModelError } from '../../shared/errors.js'
import { ByteFile } from '../byte_file.js'
import { refuseLfsPointer } from '../lfs_pointer.js'
import type { TensorSource } from '../tensor_source.js'
import type { GgufMetadata } from './gguf_values.js'
import { GgufError, GgufTruncated, NeedMoreBytes } from './header_cursor.js'
import { type GgufHeader, type GgufTensor, parseGgufHeader } from './parse_header.js'

const FIRST_READ_BYTES = 1024 * 1024
/** Vocabularies make headers of up to 30 MB; nothing real comes near this. */
const MAX_HEADER_BYTES = 128 * 1024 * 1024

/**
 * One GGUF file (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md). `read` gives the raw
 * blocks of a tensor.
 */
export class GgufFile implements TensorSource {
  readonly format = 'gguf'
  readonly tensors: ReadonlyMap<string, GgufTensor>
  readonly metadata: GgufMetadata
  /** 2 or 3. */
  readonly version: number
  readonly alignment: number

  private constructor(
    private readonly file: ByteFile,
    header: GgufHeader
  ) {
    this.tensors = new Map(header.tensors.map((tensor) => [tensor.name, tensor]))
    this.metadata = header.metadata
    this.version = header.version
    this.alignment = header.alignment
  }

  get path(): string {
    return this.file.path
  }

  /**
   * Reads and checks the header; no weights.
   * @throws ModelError `E_GGUF_INVALID`, `E_FILE_TRUNCATED`
   */
  static async open(path: string): Promise<GgufFile> {
    const file = await ByteFile.open(path)
    try {
      await refuseLfsPointer(file)
      return new GgufFile(file, await readHeader(file))
    } catch (error) {
      await file.close()
      throw forPeople(error, file)
    }
  }

  async read(name: string, start = 0, end?: number): Promise<Uint8Array<ArrayBuffer>> {
    const tensor = this.tensors.get(name)
    if (!tensor) throw new RangeError(`No tensor “${name}” in ${this.file.name}`)
    const last = end ?? tensor.bytes
    if (last > tensor.bytes)
      throw new RangeError(`“${name}” has ${tensor.bytes} bytes, not ${last}`)
    return this.file.read(tensor.offset + start, tensor.offset + last)
  }

  close(): Promise<void> {
    return this.file.close()
  }
}

/** The length of a header is not written anywhere: it is read in growing pieces. */
async function readHeader(file: ByteFile): Promise<GgufHeader> {
  for (let length = FIRST_READ_BYTES; ; length *= 4) {
    const bytes = await file.read(0, Math.min(length, MAX_HEADER_BYTES, file.size))
    try {
      return parseGgufHeader(bytes, file.size)
    } catch (error) {
      if (!(error instanceof NeedMoreBytes)) throw error
      if (length >= MAX_HEADER_BYTES) throw new GgufError('its header is too large')
    }
  }
}

function forPeople(error: unknown, file: ByteFile): unknown {
  const detail = (error as Error).message
  if (error instanceof GgufTruncated) {
    return new ModelError(
      'E_FILE_TRUNCATED',
      `“${file.name}” ends too early (${file.size} bytes): ${detail}. The download or upload was probably cut off; fetch the file again.`,
      { params: { file: file.name, bytes: file.size, expected: '' }, cause: error }
    )
  }
  if (error instanceof GgufError) {
    return new ModelError(
      'E_GGUF_INVALID',
      `“${file.name}” is not a valid GGUF file: ${detail}. Fetch it again, or convert the original model again.`,
      { params: { file: file.name, detail }, cause: error }
    )
  }
  return error
}
