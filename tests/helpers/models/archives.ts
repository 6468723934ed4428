import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import tar, { type Header } from 'tar-stream'

/** A tar from entries as they are, right or wrong. */
export async function tarOf(
  entries: (Partial<Header> & { data?: string | Buffer })[]
): Promise<Buffer> {
  const pack = tar.pack()
  for (const { data, ...header } of entries) {
    if (header.type === undefined) pack.entry({ name: 'x', ...header }, data ?? '')
    else pack.entry({ name: 'x', ...header })
  }
  pack.finalize()
  return buffer(Readable.from(pack))
}
