import type { HttpContext } from '@adonisjs/core/http'

/** How long browsers may remember that a page may call the widget's endpoints, in seconds. */
const REMEMBER_SECONDS = 7_200

/**
 * Answers browsers that ask before a cross-origin call (CORS preflight). It opens nothing by
 * itself: the call that follows is checked against the owner's list.
 */
export default class PreflightController {
  handle({ request, response }: HttpContext) {
    const origin = request.header('origin')
    if (origin) {
      response.header('Access-Control-Allow-Origin', origin)
      response.header('Access-Control-Allow-Methods', 'GET, POST')
      response.header('Access-Control-Allow-Headers', 'authorization, content-type, accept')
      response.header('Access-Control-Max-Age', String(REMEMBER_SECONDS))
    }
    response.header('Vary', 'Origin')
    return response.noContent()
  }
}
