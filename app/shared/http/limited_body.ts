import type { Readable } from 'node:stream'
import { E_TOO_LARGE } from '#shared/exceptions/errors'

/**
 * A body that is read as it comes in, up to so many megabytes: the body parser's own limits do not
 * reach it. The connection stays open, so that the refusal can be told.
 *
 * @throws E_TOO_LARGE
 */
export async function* limitedBody(body: Readable, megabytes: number): AsyncGenerator<Uint8Array> {
  let read = 0
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Uint8Array
    read += bytes.length
    if (read > megabytes * 1024 * 1024) throw new E_TOO_LARGE([megabytes])
    yield bytes
  }
}
