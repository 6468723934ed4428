/** The file under way, beside its target: written from start to end, renamed when it is whole. */
import { createHash } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'

const READ_BYTES = 8 * 1024 * 1024

export class PartialFile {
  private sha256 = createHash('sha256')
  /** Bytes written so far. */
  position = 0
  private crc = 0

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle
  ) {}

  /** Opens the file of an earlier attempt, or makes a new one. */
  static async open(path: string): Promise<PartialFile> {
    const existing = await open(path, 'r+').catch(() => null)
    return new PartialFile(path, existing ?? (await open(path, 'w+')))
  }

  async write(bytes: Uint8Array): Promise<void> {
    let done = 0
    while (done < bytes.length) {
      const { bytesWritten } = await this.handle.write(
        bytes,
        done,
        bytes.length - done,
        this.position + done
      )
      done += bytesWritten
    }
    this.take(bytes)
  }

  /**
   * Takes over the next bytes as an earlier attempt left them.
   * @returns false, with the position unchanged, when they are not there or are other ones
   */
  async keep(length: number, expectedCrc32: number): Promise<boolean> {
    // The digest goes on from a copy, which counts only when everything was right.
    const sha256 = this.sha256.copy()
    let crc = 0
    for (let done = 0; done < length;) {
      const chunk = Buffer.allocUnsafe(Math.min(READ_BYTES, length - done))
      const { bytesRead } = await this.handle.read(chunk, 0, chunk.length, this.position + done)
      if (bytesRead === 0) return false
      const bytes = chunk.subarray(0, bytesRead)
      crc = crc32(bytes, crc)
      sha256.update(bytes)
      done += bytesRead
    }
    if (crc !== expectedCrc32) return false
    this.sha256 = sha256
    this.position += length
    return true
  }

  /** Checksum of what was written since the last call. */
  checksum(): number {
    const crc = this.crc
    this.crc = 0
    return crc
  }

  sync(): Promise<void> {
    return this.handle.datasync()
  }

  /** Cuts off what an earlier attempt wrote beyond this position. */
  truncate(): Promise<void> {
    return this.handle.truncate(this.position)
  }

  /** @returns SHA-256 of the file, which has its final name from now on */
  async finish(target: string): Promise<string> {
    await this.handle.truncate(this.position)
    await this.handle.sync()
    await this.handle.close()
    await rename(this.path, target)
    await syncFolder(dirname(target))
    return this.sha256.digest('hex')
  }

  close(): Promise<void> {
    return this.handle.close()
  }

  async remove(): Promise<void> {
    await this.handle.close().catch(() => {})
    await rm(this.path, { force: true })
  }

  private take(bytes: Uint8Array) {
    this.sha256.update(bytes)
    this.crc = crc32(bytes, this.crc)
    this.position += bytes.length
  }
}

/** Makes a rename last through a power cut. Windows cannot sync folders and need not. */
async function syncFolder(folder: string) {
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => {})
  await handle?.close()
}
