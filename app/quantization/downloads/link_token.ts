import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { UUID } from '#shared/uuid'
import env from '#start/env'

let key: Buffer | null = null

function signatureOf(grantId: string): string {
  key ??= Buffer.from(hkdfSync('sha256', env.get('APP_KEY').release(), '', 'download links', 32))
  return createHmac('sha256', key).update(grantId).digest('base64url')
}

/** The part of a download link that nobody can guess or change: `<grant>.<signature>`. */
export function linkToken(grantId: string): string {
  return `${grantId}.${signatureOf(grantId)}`
}

/** The grant that a token was made for; null when it was not made here. */
export function readLinkToken(token: string): string | null {
  const [grantId = '', signature = ''] = token.split('.')
  if (!UUID.test(grantId)) return null
  const expected = Buffer.from(signatureOf(grantId))
  const given = Buffer.from(signature)
  return expected.length === given.length && timingSafeEqual(expected, given) ? grantId : null
}
