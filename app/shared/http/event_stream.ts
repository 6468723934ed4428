import type { ServerResponse } from 'node:http'
import app from '@adonisjs/core/services/app'
import type { HttpContext } from '@adonisjs/core/http'

/** Comment line that keeps proxies from closing a silent stream. */
const KEEP_ALIVE_MS = 15_000

/**
 * Access is checked when a stream opens. It ends after this time, and the reader's browser opens
 * it again by itself, unless the person may no longer read it.
 */
const LONGEST_MS = 15 * 60_000

const open = new Set<ServerResponse>()
let endsWithTheBox = false

/**
 * A server that closes waits for every answer to end, and these never do by themselves. Hooks run
 * the last one first, so this one, added while the server is up, comes before the server's own.
 */
function endWithTheBox(): void {
  if (endsWithTheBox) return
  endsWithTheBox = true
  app.terminating(() => open.forEach((stream) => stream.end()))
}

/**
 * Server-sent events on the current response (https://html.spec.whatwg.org/#server-sent-events).
 * The controller returns after calling this; the stream ends when the reader leaves, on `close`,
 * and after a quarter of an hour.
 */
export function openEventStream(
  ctx: Pick<HttpContext, 'response'>,
  { longestMs = LONGEST_MS }: { longestMs?: number } = {}
) {
  const raw = ctx.response.response
  const headers = ctx.response.getHeaders()
  ctx.response.relayHeaders()
  raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'connection': 'keep-alive',
    'x-accel-buffering': 'no',
  })
  raw.flushHeaders()
  open.add(raw)
  endWithTheBox()

  const timer = setInterval(() => raw.write(': keep-alive\n\n'), KEEP_ALIVE_MS)
  const end = setTimeout(() => raw.end(), longestMs)
  const closers: (() => void)[] = [
    () => clearInterval(timer),
    () => clearTimeout(end),
    () => open.delete(raw),
  ]
  raw.on('close', () => closers.splice(0).forEach((close) => close()))

  return {
    /** Sends one event. Strings go out as they are (HTML fragments), the rest as JSON. */
    send(data: unknown, event?: string) {
      if (raw.writableEnded || raw.destroyed) return
      const text = typeof data === 'string' ? data : JSON.stringify(data)
      const lines = text.split('\n').map((line) => `data: ${line}\n`)
      raw.write(`${event ? `event: ${event}\n` : ''}${lines.join('')}\n`)
    },
    /** Runs when the reader has left. */
    onClose(close: () => void) {
      closers.push(close)
    },
    close() {
      raw.end()
    },
  }
}
