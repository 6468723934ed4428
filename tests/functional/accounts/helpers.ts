import { randomInt } from 'node:crypto'

/** A visitor's address that no other test shares, so that limits do not meet. */
export function anAddress(): string {
  return `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`
}
