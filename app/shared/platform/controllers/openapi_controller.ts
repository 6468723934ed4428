import type { HttpContext } from '@adonisjs/core/http'
import { openApiDocument } from '#shared/platform/openapi/document'

export default class OpenApiController {
  async show({ response }: HttpContext) {
    response.header('Cache-Control', 'public, max-age=300')
    // A description without secrets: tools of other origins may read it.
    response.header('Access-Control-Allow-Origin', '*')
    return response.json(openApiDocument())
  }
}
