import type { HttpContext } from '@adonisjs/core/http'
import emitter from '@adonisjs/core/services/emitter'
import { openEventStream } from '#shared/http/event_stream'
import type { ConversationChanged } from '#app/sales_agent/events'

/** Tells open pages of the inbox that a conversation of their workspace has changed. */
export default class ConversationEventsController {
  handle(ctx: HttpContext) {
    const workspaceId = ctx.workspace.id
    const events = openEventStream(ctx)
    const tell = (change: ConversationChanged) => {
      if (change.workspaceId !== workspaceId) return
      events.send({ id: change.conversationId, kind: change.kind }, 'conversation')
    }
    emitter.on('conversation:changed', tell)
    events.onClose(() => emitter.off('conversation:changed', tell))
  }
}
