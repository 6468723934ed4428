import { createWriteStream } from 'node:fs'
import { mkdir, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export interface DownloadInput {
  url: string
  to: string
  bytes: number
  signal: AbortSignal
  fetchWith: typeof fetch
  onBytes(count: number): void
}

/**
 * Fetches one file and goes on where an earlier attempt stopped (HTTP ranges). It appears under
 * its name only when all of its bytes are there.
 */
export async function downloadFile(input: DownloadInput): Promise<void> {
  const { to, bytes, signal } = input
  const done = await sizeIfThere(to)
  if (done === bytes) return input.onBytes(bytes)
  await mkdir(dirname(to), { recursive: true })
  const part = `${to}.part`
  const kept = await sizeIfThere(part)
  const from = kept <= bytes ? kept : 0
  input.onBytes(from)
  if (from < bytes || bytes === 0) await fetchRest(input, part, from, signal)
  const written = await sizeIfThere(part)
  if (written !== bytes) throw new HubError('E_HUB_INCOMPLETE', 0)
  await rename(part, to)
}

async function fetchRest(input: DownloadInput, part: string, from: number, signal: AbortSignal) {
  const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {}
  const response = await input.fetchWith(input.url, { headers, signal })
  if (!response.ok || !response.body) throw new HubError('E_HUB_REFUSED', response.status)
  const resumes = response.status === 206
  if (from > 0 && !resumes) input.onBytes(-from)
  let room = input.bytes - (resumes ? from : 0)
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      room -= chunk.length
      input.onBytes(chunk.length)
      // A server that sends more than it announced must not fill the disk.
      done(room < 0 ? new HubError('E_HUB_INCOMPLETE', 0) : null, chunk)
    },
  })
  const file = createWriteStream(part, { flags: resumes ? 'a' : 'w' })
  await pipeline(Readable.fromWeb(response.body as never), count, file, { signal })
}

async function sizeIfThere(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0
  )
}

/** The hub answered, but not with the file. */
export class HubError extends Error {
  constructor(
    readonly code: 'E_HUB_REFUSED' | 'E_HUB_INCOMPLETE',
    readonly status: number
  ) {
    super(`${code} (${status})`)
  }
}
