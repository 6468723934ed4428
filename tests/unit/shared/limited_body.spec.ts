import { Readable } from 'node:stream'
import { test } from '@japa/runner'
import { limitedBody } from '#shared/http/limited_body'

const MEGABYTE = Buffer.alloc(1024 * 1024)

async function lengthOf(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0
  for await (const chunk of chunks) length += chunk.length
  return length
}

test.group('Limited body', () => {
  test('passes what fits and stops what does not', async ({ assert }) => {
    const fits = Readable.from([MEGABYTE, MEGABYTE])
    assert.equal(await lengthOf(limitedBody(fits, 2)), 2 * MEGABYTE.length)

    const large = Readable.from([MEGABYTE, MEGABYTE, MEGABYTE])
    await assert.rejects(() => lengthOf(limitedBody(large, 2)), 'The body is larger than 2 MB.')
    assert.isFalse(large.destroyed)
  })
})
