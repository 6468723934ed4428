import type { HttpContext } from '@adonisjs/core/http'
import type { Actor } from '#app/quantization/services/register_model'

/** Who is behind a request: the signed-in person, or the key. */
export function actorOf(ctx: Pick<HttpContext, 'user' | 'apiKey'>): Actor {
  return ctx.user
    ? { actorKind: 'user', actorId: ctx.user.id }
    : { actorKind: 'api_key', actorId: ctx.apiKey.name }
}
