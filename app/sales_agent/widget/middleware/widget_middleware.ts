import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { appUrl } from '#config/app'
import {
  E_BODY_TOO_LARGE,
  E_ORIGIN_REFUSED,
  E_UNKNOWN_WIDGET,
  E_VISITOR_UNKNOWN,
} from '#app/sales_agent/errors'
import AgentSettings from '#app/sales_agent/settings/models/agent_settings'
import { MAX_BODY_BYTES } from '#app/sales_agent/widget/limits'
import { originAllowed } from '#app/sales_agent/widget/services/allowed_origin'
import { takeWidgetRequest } from '#app/sales_agent/widget/services/take_request'
import { readVisitor, type Visitor } from '#app/sales_agent/widget/services/visitor_token'

/**
 * Guards the widget's endpoints: the key names the workspace, the page's origin must be one that
 * the owner allows, the visitor proves themselves by their token, and everybody has a limit.
 * Cross-origin answers are opened to the asking page only, never with cookies.
 */
export default class WidgetMiddleware {
  async handle(ctx: HttpContext, next: NextFn, needs: 'key' | 'visitor') {
    const { request, response } = ctx
    const origin = request.header('origin')
    response.header('Vary', 'Origin')
    response.header('Cache-Control', 'no-store')
    response.header('Cross-Origin-Resource-Policy', 'cross-origin')
    // Opened before the checks, so that the page can read why it was refused.
    if (origin) {
      response.header('Access-Control-Allow-Origin', origin)
      response.header('Access-Control-Expose-Headers', 'Retry-After')
    }

    if (Number(request.header('content-length') ?? 0) > MAX_BODY_BYTES) throw new E_BODY_TOO_LARGE()
    const visitor = readVisitor(bearer(request.header('authorization')))
    if (needs === 'visitor' && !visitor) throw new E_VISITOR_UNKNOWN()
    const settings = await settingsOf(request.input('key'), needs, visitor)
    if (!originAllowed(origin, settings.allowedOrigins, ownOrigins(ctx))) {
      throw new E_ORIGIN_REFUSED([origin!])
    }
    await takeWidgetRequest(ctx, settings.widgetKey, visitor)
    const sameWorkspace = visitor?.workspaceId === settings.workspaceId
    ctx.widget = {
      settings,
      visitor: sameWorkspace ? visitor : null,
      isOwnPage: origin !== undefined && ownOrigins(ctx).includes(origin),
    }
    return next()
  }
}

async function settingsOf(
  key: unknown,
  needs: 'key' | 'visitor',
  visitor: Visitor | null
): Promise<AgentSettings> {
  const found =
    needs === 'visitor'
      ? await AgentSettings.in(visitor!.workspaceId).first()
      : typeof key === 'string' && key.length <= 64
        ? await AgentSettings.acrossWorkspaces().where('widget_key', key).first()
        : null
  if (!found) throw new E_UNKNOWN_WIDGET()
  return found
}

function bearer(header: string | undefined): string | null {
  return header?.startsWith('Bearer ') ? header.slice(7) : null
}

function ownOrigins({ request }: HttpContext): string[] {
  return [new URL(appUrl).origin, `${request.protocol()}://${request.host()}`]
}

declare module '@adonisjs/core/http' {
  export interface HttpContext {
    /** Set by the widget's middleware. */
    widget: {
      settings: AgentSettings
      visitor: Visitor | null
      /** The demo page of the portal rather than a shop's website. */
      isOwnPage: boolean
    }
  }
}
