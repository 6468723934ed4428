import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { ModelError } from '../shared/errors.js'

/** The most that one system call is asked for; larger ones fail on some platforms. */
const CHUNK_BYTES = 256 * 1024 * 1024

/** A file opened for reading at any position. Its size is the one at the time of opening. */
export class ByteFile {
  private constructor(
    readonly path: string,
    /** Bytes. */
    readonly size: number,
    private readonly handle: FileHandle
  ) {}

  /** @throws ModelError `E_NOT_A_FILE` for folders, devices and pipes. */
  static async open(path: string): Promise<ByteFile> {
    // Without O_NONBLOCK, opening a pipe waits for somebody to write into it.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = await handle.stat()
    if (!stat.isFile()) {
      await handle.close()
      throw new ModelError('E_NOT_A_FILE', `“${basename(path)}” is not a regular file.`, {
        params: { file: basename(path) },
      })
    }
    return new ByteFile(path, stat.size, handle)
  }

  get name(): string {
    return basename(this.path)
  }

  /**
   * Bytes [start, end), in a buffer of their own whose first byte is aligned for typed arrays.
   * @throws ModelError `E_FILE_TRUNCATED` when the file ends before.
   */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!(start >= 0 && end >= start)) throw new RangeError(`No byte range: ${start} to ${end}`)
    if (end > this.size) throw this.truncated(end)
    const bytes = Buffer.allocUnsafeSlow(end - start)
    let done = 0
    while (done < bytes.length) {
      const length = Math.min(CHUNK_BYTES, bytes.length - done)
      const { bytesRead } = await this.handle.read(bytes, done, length, start + done)
      if (bytesRead === 0) throw this.truncated(end)
      done += bytesRead
    }
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  close(): Promise<void> {
    return this.handle.close()
  }

  private truncated(expected: number): ModelError {
    return new ModelError(
      'E_FILE_TRUNCATED',
      `“${this.name}” ends too early: ${this.size} bytes are there, ${expected} are needed. ` +
        'The download or upload was probably cut off; fetch the file again.',
      { params: { file: this.name, bytes: this.size, expected } }
    )
  }
}
