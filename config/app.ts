import env from '#start/env'
import { defineConfig } from '@adonisjs/core/http'

/** Public address of the box, used in e-mails, the widget's snippet and links in reports. */
export const appUrl =
  env.get('APP_URL') ?? `http://${reachableHost(env.get('HOST'))}:${env.get('PORT') ?? 3333}`

/** Listening on every address is no address that a reader of a link could open. */
export function reachableHost(host: string | undefined): string {
  if (!host || host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/** Cookies are `Secure` only behind https: a box on a plain-http LAN must still sign in. */
export const isHttps = appUrl.startsWith('https://')

export const http = defineConfig({
  generateRequestId: true,
  allowMethodSpoofing: true,
  useAsyncLocalStorage: false,
  cookie: {
    domain: '',
    path: '/',
    maxAge: '2h',
    httpOnly: true,
    secure: isHttps,
    sameSite: 'lax',
  },
})
