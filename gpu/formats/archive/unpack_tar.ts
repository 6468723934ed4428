import { createReadStream } from 'node:fs'
import { Transform, type TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import tar from 'tar-stream'
import { ModelError } from '../../shared/errors.js'
import type { TaskContext } from '../../shared/task.js'
import { damagedArchive, linkInArchive } from './archive_error.js'
import type { UnpackedFolder } from './unpacked_folder.js'

/**
 * Long names and other extras come in entries of their own, which the parser keeps in memory until
 * they are whole. Real ones have a few hundred bytes.
 */
const MAX_SILENT_BYTES = 4 * 1024 * 1024

/** Unpacks a tar or tar.gz in one pass. */
export async function unpackTar(
  path: string,
  { gzip, bytes }: { gzip: boolean; bytes: number },
  folder: UnpackedFolder,
  { signal, report }: TaskContext
): Promise<void> {
  const source = createReadStream(path, { highWaterMark: 1024 * 1024 })
  const guard = new SilenceGuard()
  const extract = tar.extract()
  const stages = gzip ? [source, createGunzip(), guard, extract] : [source, guard, extract]
  const feeding = pipeline(stages, { signal })
  // Whichever side fails first, the other one follows; the first reason is the one to tell.
  feeding.catch(() => {})
  try {
    for await (const entry of extract) {
      entry.on('error', () => {})
      const { name, size = 0, type } = entry.header
      guard.heard()
      if (type === 'directory') {
        entry.resume()
        continue
      }
      if (type !== 'file' && type !== 'contiguous-file') throw linkInArchive(name)
      const safe = folder.admit(name)
      if (safe === null) {
        entry.resume()
        continue
      }
      await folder.write(
        safe,
        guard.listen(entry as AsyncIterable<Uint8Array>),
        { bytes: size },
        signal
      )
      const done = Math.min(1, source.bytesRead / bytes)
      report({ stage: 'unpacking', fraction: done, bytesDone: folder.bytes, item: safe })
    }
    await feeding
  } catch (error) {
    source.destroy()
    extract.destroy()
    throw forPeople(error)
  }
}

/** Fails when much has gone into the parser without anything coming out. */
class SilenceGuard extends Transform {
  private silent = 0

  heard(): void {
    this.silent = 0
  }

  async *listen(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const piece of content) {
      this.heard()
      yield piece
    }
  }

  override _transform(piece: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.silent += piece.length
    if (this.silent > MAX_SILENT_BYTES) done(damagedArchive('one of its headers is too long'))
    else done(null, piece)
  }
}

function forPeople(error: unknown): unknown {
  const { name, code } = error as NodeJS.ErrnoException
  if (error instanceof ModelError || name === 'AbortError') return error
  const isFromParser = code === undefined || /^(Z_|ERR_STREAM|STREAM_)/.test(code)
  return isFromParser ? damagedArchive('its content is damaged', error) : error
}
