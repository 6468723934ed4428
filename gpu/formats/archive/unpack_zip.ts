import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import yauzl from 'yauzl'
import { ModelError } from '../../shared/errors.js'
import type { TaskContext } from '../../shared/task.js'
import { archiveError, damagedArchive, linkInArchive } from './archive_error.js'
import type { UnpackedFolder } from './unpacked_folder.js'

/** Also of what is left out. */
const MAX_ENTRIES = 50_000

interface ZipMember {
  name: string
  entry: yauzl.Entry
}

/**
 * Unpacks a zip. The directory is read first, so that a bomb or a file that does not fit the disk
 * is refused before anything is written.
 */
export async function unpackZip(
  path: string,
  root: string,
  folder: UnpackedFolder,
  { signal, report }: TaskContext
): Promise<void> {
  const zip = await openZip(path)
  try {
    const members = await listMembers(zip, folder)
    const total = members.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0)
    folder.checkRoom(total)
    await checkDisk(root, total)
    for (const { name, entry } of members) {
      const content = await openEntry(zip, entry)
      const expected = { bytes: entry.uncompressedSize, crc32: entry.crc32 }
      await folder.write(name, content, expected, signal)
      const done = folder.bytes
      report({ stage: 'unpacking', fraction: done / (total || 1), bytesDone: done, item: name })
    }
  } catch (error) {
    throw forPeople(error)
  } finally {
    zip.close()
  }
}

async function openZip(path: string): Promise<yauzl.ZipFile> {
  try {
    return await yauzl.openPromise(path, { lazyEntries: true, autoClose: false })
  } catch (cause) {
    throw damagedArchive('its directory is missing', cause)
  }
}

async function listMembers(zip: yauzl.ZipFile, folder: UnpackedFolder): Promise<ZipMember[]> {
  if (zip.entryCount > MAX_ENTRIES) {
    throw archiveError(
      'E_ARCHIVE_TOO_MANY',
      `The archive holds more than ${MAX_ENTRIES} entries.`,
      {
        limit: MAX_ENTRIES,
      }
    )
  }
  const members: ZipMember[] = []
  for await (const entry of zip.eachEntry()) {
    if (isSpecial(entry)) throw linkInArchive(entry.fileName)
    if (entry.fileName.endsWith('/')) continue
    const name = folder.admit(entry.fileName)
    if (name !== null) members.push({ name, entry })
  }
  return members
}

/** A link or a device, by the Unix mode in the upper half of the attributes. */
function isSpecial(entry: yauzl.Entry): boolean {
  const kind = (entry.externalFileAttributes >>> 16) & 0o170000
  return kind !== 0 && kind !== 0o100000 && kind !== 0o040000
}

async function openEntry(zip: yauzl.ZipFile, entry: yauzl.Entry) {
  if (entry.isEncrypted()) {
    throw archiveError(
      'E_ARCHIVE_ENCRYPTED',
      'The archive is protected with a password. Pack it without one and upload it again.'
    )
  }
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw archiveError(
      'E_ARCHIVE_METHOD',
      `The archive is compressed in a way that is not supported (method ${entry.compressionMethod}). Pack it as a plain zip or tar.gz.`,
      { method: entry.compressionMethod }
    )
  }
  const content = await zip.openReadStreamPromise(entry)
  // It may fail before its reader listens, which would end the process; the reader learns it too.
  return content.on('error', () => {})
}

async function checkDisk(root: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(root))
  if (bavail * bsize > bytes) return
  throw Object.assign(new Error('No room to unpack the archive'), { code: 'ENOSPC' })
}

/** What yauzl and zlib find wrong; everything with a code of the system stays what it is. */
function forPeople(error: unknown): unknown {
  const { name, code, message } = error as NodeJS.ErrnoException
  if (error instanceof ModelError || name === 'AbortError') return error
  if (code !== undefined && !code.startsWith('Z_')) return error
  if (/invalid relative path|absolute path|invalid characters in fileName/.test(message)) {
    return archiveError(
      'E_ARCHIVE_UNSAFE',
      'The archive holds a file with a name that leads outside its folder. Pack only the model’s folder and upload it again.',
      { name: '', detail: '' },
      error
    )
  }
  return damagedArchive('its directory or its content is damaged', error)
}
