import { createHash } from 'node:crypto'
import { createReadStream, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Part, Parts } from './wire_writer.js'

export interface Start {
  bytes: number
  part: number
}

export interface Finished {
  bytes: number
  sha256: string
}

/**
 * Writes parts one after the other to `path`, going on after `from` when an earlier attempt came
 * that far. `produce` yields the content of a part that is not in memory. After `commit.every`
 * bytes the file is made safe on disk and `commit.done` told.
 *
 * @throws RangeError when a part is not as long as it said: the file would be broken
 */
export async function writeParts(
  path: string,
  parts: Parts,
  from: Start,
  produce: (part: Exclude<Part, Uint8Array>) => AsyncIterable<Uint8Array>,
  commit: { every: number; done: (written: Start) => void }
): Promise<Finished> {
  const hash = createHash('sha256')
  if (from.bytes > 0) {
    for await (const piece of createReadStream(path, { end: from.bytes - 1 })) {
      hash.update(piece as Buffer)
    }
  }
  const file = await open(path, from.bytes > 0 ? 'r+' : 'w')
  try {
    await file.truncate(from.bytes)
    let at = from.bytes
    let safe = at
    const write = (bytes: Uint8Array) => {
      hash.update(bytes)
      for (let done = 0; done < bytes.length;) {
        done += writeSync(file.fd, bytes, done, bytes.length - done, at + done)
      }
      at += bytes.length
    }
    for (let index = from.part; index < parts.length; index++) {
      const part = parts[index]!
      const before = at
      if (part instanceof Uint8Array) write(part)
      else for await (const piece of produce(part)) write(piece)
      if (at - before !== part.byteLength) {
        throw new RangeError(`A part of ${part.byteLength} bytes came out as ${at - before}`)
      }
      if (at - safe >= commit.every) {
        await file.datasync()
        safe = at
        commit.done({ bytes: at, part: index + 1 })
      }
    }
    await file.sync()
    return { bytes: at, sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
}
