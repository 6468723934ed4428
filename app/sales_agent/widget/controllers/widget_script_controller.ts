import type { HttpContext } from '@adonisjs/core/http'
import { widgetScript } from '#app/sales_agent/widget/services/widget_script'

/** `/widget.js`: the same file for every shop, revalidated by its fingerprint. */
export default class WidgetScriptController {
  async handle({ request, response }: HttpContext) {
    const { text, etag } = await widgetScript()
    response.header('ETag', etag)
    response.header('Cache-Control', 'public, max-age=300, stale-while-revalidate=86400')
    response.header('Cross-Origin-Resource-Policy', 'cross-origin')
    response.header('X-Content-Type-Options', 'nosniff')
    if (request.header('if-none-match') === etag) return response.notModified()
    response.header('Content-Type', 'text/javascript; charset=utf-8')
    return response.send(text)
  }
}
