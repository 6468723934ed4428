import type { HttpContext } from '@adonisjs/core/http'
import { appUrl } from '#config/app'
import { PROBLEM_TITLES } from '#shared/api/problem'
import { docsSections } from '#shared/platform/openapi/docs'

export default class DocsController {
  /** The API for people: every operation with its fields, answers and a call to copy. */
  async show({ request, view }: HttpContext) {
    const query = String(request.input('q', '') ?? '').slice(0, 100)
    return view.render('shared/api/docs', {
      query,
      appUrl,
      sections: docsSections(query),
      problems: Object.entries(PROBLEM_TITLES),
    })
  }
}
