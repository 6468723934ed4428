import { unpackArchive } from '../formats/archive/unpack_archive.js'
import { ModelError } from '../shared/errors.js'
import type { Handlers } from './serve.js'

/** Where each order goes. */
export const handlers: Handlers = {
  inspect: () => refuse(),
  quantize: () => refuse(),
  evaluate: () => refuse(),
  unpack: unpackArchive,
}

async function refuse(): Promise<never> {
  throw new ModelError('E_METHOD_UNAVAILABLE', 'This box cannot do that yet.')
}
