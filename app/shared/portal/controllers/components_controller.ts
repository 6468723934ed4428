import type { HttpContext } from '@adonisjs/core/http'

/** Shows every component in every state; in development and tests only. */
export default class ComponentsController {
  show({ view }: HttpContext) {
    return view.render('shared/components')
  }
}
