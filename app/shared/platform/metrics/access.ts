import type { HttpContext } from '@adonisjs/core/http'

import { createHash, timingSafeEqual } from 'node:crypto'
import env from '#start/env'

/**
 * Metrics tell how a business is doing, so they are not for everybody: with `METRICS_TOKEN` set,
 * whoever sends it as a bearer token; without it, only processes on the box itself. A request
 * that a proxy passed on also comes from the box, but carries the headers that proxies add.
 */
export function mayReadMetrics({ request }: HttpContext): boolean {
  const token = env.get('METRICS_TOKEN')
  if (token) return sameSecret(request.header('authorization') ?? '', `Bearer ${token}`)
  const forwarded = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via'].some((header) =>
    request.header(header)
  )
  return !forwarded && isLoopback(request.request.socket.remoteAddress)
}

function isLoopback(address: string | undefined): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address ?? '')
}

function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
