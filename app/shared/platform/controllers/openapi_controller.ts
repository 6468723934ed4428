import type { HttpContext } from '@adonisjs/core/http'
import { builtOnce } from '#shared/platform/openapi/built_once'
import { openApiDocument } from '#shared/platform/openapi/document'

const documentText = builtOnce(() => JSON.stringify(openApiDocument()))

export default class OpenApiController {
  async show({ response }: HttpContext) {
    response.header('Cache-Control', 'public, max-age=300')
    // A description without secrets: tools of other origins may read it.
    response.header('Access-Control-Allow-Origin', '*')
    response.header('Content-Type', 'application/json; charset=utf-8')
    return response.send(documentText())
  }
}
