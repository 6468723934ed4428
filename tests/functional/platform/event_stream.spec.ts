import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from '@japa/runner'
import type { HttpContext } from '@adonisjs/core/http'
import { openEventStream } from '#shared/http/event_stream'

async function serve(open: (ctx: Pick<HttpContext, 'response'>) => void): Promise<Server> {
  const server = createServer((_request, response) => {
    const answer = { response, getHeaders: () => ({}), relayHeaders: () => {} }
    open({ response: answer } as never)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

test.group('Event streams', () => {
  test('end after a while, so that access is checked again', async ({ assert, cleanup }) => {
    let closed = false
    const server = await serve((ctx) => {
      const stream = openEventStream(ctx, { longestMs: 100 })
      stream.onClose(() => (closed = true))
      stream.send({ hello: 'world' }, 'greeting')
    })
    cleanup(() => void server.close())
    const { port } = server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}`)
    assert.equal(await response.text(), 'event: greeting\ndata: {"hello":"world"}\n\n')
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.isTrue(closed)
  }).timeout(3000)
})
