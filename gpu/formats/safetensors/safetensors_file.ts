import { ModelError } from '../../shared/errors.js'
import { ByteFile } from '../byte_file.js'
import { refuseLfsPointer } from '../lfs_pointer.js'
import type { TensorSource } from '../tensor_source.js'
import { MAX_HEADER_BYTES, type SafetensorsEntry, parseHeader } from './parse_header.js'

/**
 * One safetensors file: u64 length N, N bytes of JSON, data
 * (https://github.com/huggingface/safetensors, README “Format”).
 */
export class SafetensorsFile implements TensorSource {
  readonly format = 'safetensors'
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>

  private constructor(
    private readonly file: ByteFile,
    private readonly dataStart: number,
    entries: SafetensorsEntry[],
    readonly metadata: Readonly<Record<string, string>>
  ) {
    this.tensors = new Map(entries.map((entry) => [entry.name, entry]))
  }

  get path(): string {
    return this.file.path
  }

  /** Reads and checks the header; no weights. @throws ModelError, see `parseHeader`. */
  static async open(path: string): Promise<SafetensorsFile> {
    const file = await ByteFile.open(path)
    try {
      await refuseLfsPointer(file)
      const headerBytes = await readHeaderLength(file)
      const dataStart = 8 + headerBytes
      const json = await file.read(8, dataStart)
      const { entries, metadata } = parseHeader(json, file.size - dataStart, file.name)
      return new SafetensorsFile(file, dataStart, entries, metadata)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async read(name: string, start = 0, end?: number): Promise<Uint8Array<ArrayBuffer>> {
    const entry = this.tensors.get(name)
    if (!entry) throw new RangeError(`No tensor “${name}” in ${this.file.name}`)
    const last = end ?? entry.bytes
    if (last > entry.bytes) throw new RangeError(`“${name}” has ${entry.bytes} bytes, not ${last}`)
    const from = this.dataStart + entry.begin
    return this.file.read(from + start, from + last)
  }

  close(): Promise<void> {
    return this.file.close()
  }
}

async function readHeaderLength(file: ByteFile): Promise<number> {
  const start = await file.read(0, 8)
  const length = new DataView(start.buffer).getBigUint64(0, true)
  if (length > MAX_HEADER_BYTES) {
    throw new ModelError(
      'E_SAFETENSORS_HEADER',
      `“${file.name}” is not a safetensors file, or its header is larger than ${MAX_HEADER_BYTES} bytes.`,
      { params: { file: file.name, detail: `header of ${length} bytes` } }
    )
  }
  return Number(length)
}
