import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { ModelFile } from '../model_files.js'
import { archiveError, damagedArchive } from './archive_error.js'
import { safeName } from './safe_name.js'

/** More files than any model's folder has. */
const MAX_FILES = 10_000

/**
 * A text compresses to a twentieth, weights hardly at all. What grows more than this, and to more
 * than a gigabyte, was made to fill the disk.
 */
const MAX_RATIO = 50
const RATIO_COUNTS_FROM_BYTES = 1024 ** 3

/** Takes the files of an archive into a folder, within its limits. */
export class UnpackedFolder {
  readonly files: ModelFile[] = []
  bytes = 0
  private readonly names = new Set<string>()

  constructor(
    private readonly root: string,
    private readonly limitBytes: number,
    private readonly archiveBytes: number
  ) {}

  /**
   * The safe name under which an entry may be written; null when it is left out.
   * @throws ModelError for a name that is unsafe or there twice, and for one file too many
   */
  admit(rawName: string): string | null {
    const name = safeName(rawName)
    if (name === null) return null
    const folded = name.normalize('NFC').toLowerCase()
    if (this.names.has(folded)) {
      throw archiveError(
        'E_ARCHIVE_DUPLICATE',
        `The archive holds “${name}” twice (names that differ in case only count as the same).`,
        { name }
      )
    }
    this.names.add(folded)
    if (this.names.size > MAX_FILES) {
      throw archiveError('E_ARCHIVE_TOO_MANY', `The archive holds more than ${MAX_FILES} files.`, {
        limit: MAX_FILES,
      })
    }
    return name
  }

  /** @throws ModelError when `bytes` more would pass a limit */
  checkRoom(bytes: number): void {
    const total = this.bytes + bytes
    if (total > this.limitBytes) {
      throw archiveError(
        'E_ARCHIVE_TOO_LARGE',
        `The content of the archive is larger than the ${this.limitBytes} bytes that are allowed.`,
        { limit: this.limitBytes }
      )
    }
    if (total > RATIO_COUNTS_FROM_BYTES && total > this.archiveBytes * MAX_RATIO) {
      throw archiveError(
        'E_ARCHIVE_BOMB',
        'The archive unpacks to many times its size, which no model does. It was made to fill the disk.'
      )
    }
  }

  /**
   * Writes one file. Never over another one, and never executable.
   * @param expected size and checksum when the archive states them
   */
  async write(
    name: string,
    content: AsyncIterable<Uint8Array>,
    expected: { bytes: number; crc32?: number },
    signal: AbortSignal
  ): Promise<void> {
    this.checkRoom(expected.bytes)
    const path = join(this.root, name)
    const file = await this.create(path, name)
    let bytes = 0
    let checksum = 0
    try {
      for await (const piece of content) {
        signal.throwIfAborted()
        bytes += piece.length
        if (bytes > expected.bytes) throw damagedArchive(`“${name}” is larger than it says`)
        if (expected.crc32 !== undefined) checksum = crc32(piece, checksum)
        await file.write(piece)
      }
    } finally {
      await file.close()
    }
    if (bytes !== expected.bytes) throw damagedArchive(`“${name}” is shorter than it says`)
    if (expected.crc32 !== undefined && checksum !== expected.crc32) {
      throw damagedArchive(`the checksum of “${name}” is wrong`)
    }
    this.bytes += bytes
    this.files.push({ name, bytes })
  }

  private async create(path: string, name: string) {
    try {
      await mkdir(dirname(path), { recursive: true })
      return await open(path, 'wx', 0o644)
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code
      if (code !== 'EEXIST' && code !== 'ENOTDIR') throw cause
      throw damagedArchive(`“${name}” is a file and a folder at once`, cause)
    }
  }
}
