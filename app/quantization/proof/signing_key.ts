import { createPrivateKey, createPublicKey, hkdfSync, sign, type KeyObject } from 'node:crypto'
import env from '#start/env'

/** PKCS #8 head of an Ed25519 seed (RFC 8410, section 7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

let key: KeyObject | null = null

/**
 * The box's own Ed25519 key, made from APP_KEY: every process has the same one, and nothing has
 * to be stored or backed up for it.
 */
function privateKey(): KeyObject {
  key ??= createPrivateKey({
    key: Buffer.concat([
      PKCS8_HEAD,
      Buffer.from(hkdfSync('sha256', env.get('APP_KEY').release(), '', 'manifest signature', 32)),
    ]),
    format: 'der',
    type: 'pkcs8',
  })
  return key
}

/** The public half, as PEM. */
export function publicKey(): string {
  return createPublicKey(privateKey()).export({ format: 'pem', type: 'spki' }).toString()
}

/** Signature of a text (UTF-8), base64. */
export function signText(text: string): string {
  return sign(null, Buffer.from(text, 'utf8'), privateKey()).toString('base64')
}
