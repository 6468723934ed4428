import type { HttpContext } from '@adonisjs/core/http'
import { findEverywhere } from '#app/reports/home/palette/find'

/** Search of the command palette; a page of its own for browsers without scripts. */
export default class PaletteController {
  async show({ request, view, workspace, i18n }: HttpContext) {
    const query = String(request.input('q') ?? '')
    const found = await findEverywhere({
      workspaceId: workspace.id,
      query,
      locale: i18n.locale,
      limit: 5,
    })
    const isPart = request.header('HX-Request') === 'true'
    return view.render(isPart ? 'reports/home/partials/found' : 'reports/home/palette', {
      query,
      found,
    })
  }
}
