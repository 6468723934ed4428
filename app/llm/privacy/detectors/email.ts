import { type Detector, spansOf } from '../entities.js'

/** Starts only where a run of such characters starts: else a long word takes quadratic time. */
const EMAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?\.\p{L}{2,24}/gu

export const findEmails: Detector = (text) => {
  return text.includes('@') ? spansOf(text, EMAIL, 'EMAIL') : []
}
