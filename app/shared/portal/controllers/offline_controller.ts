import type { HttpContext } from '@adonisjs/core/http'

/** Page that the service worker keeps and shows when the box cannot be reached. */
export default class OfflineController {
  show({ view }: HttpContext) {
    return view.render('shared/offline')
  }
}
