import type { HttpContext } from '@adonisjs/core/http'

export default class ApiMeController {
  show({ workspace, apiKey }: HttpContext) {
    return {
      user: null,
      workspace: {
        id: workspace.id,
        name: workspace.name,
        slug: workspace.slug,
        locale: workspace.locale,
        timezone: workspace.timezone,
        currency: workspace.currency,
      },
      key: { name: apiKey.name, scopes: apiKey.scopes },
    }
  }
}
