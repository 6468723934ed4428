import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { E_UNSUPPORTED_MEDIA_TYPE } from '#shared/exceptions/errors'

/** Refuses bodies that the operation cannot read, instead of calling their fields missing. */
export default class BodyTypeMiddleware {
  handle({ request }: HttpContext, next: NextFn, accepted: string[]) {
    if (!request.hasBody() || request.header('content-length') === '0') return next()
    if (request.is(accepted)) return next()
    const given = (request.header('content-type') ?? 'unknown').slice(0, 100)
    throw new E_UNSUPPORTED_MEDIA_TYPE([given, accepted.join(' or ')])
  }
}
