import type { HttpContext } from '@adonisjs/core/http'
import { openEventStream } from '#shared/http/event_stream'
import {
  answerVisitor,
  type AnswerVisitorInput,
} from '#app/sales_agent/conversations/services/answer_visitor'
import { requireTurn } from '#app/sales_agent/conversations/services/require_turn'
import { greetingOf } from '#app/sales_agent/conversations/services/greeting'
import { OpenConversation } from '#app/sales_agent/conversations/services/open_conversation'
import { presentTurn } from '#app/sales_agent/conversations/services/present_turn'
import { streamTurn } from '#app/sales_agent/conversations/services/stream_turn'
import { agentSettingsOf } from '#app/sales_agent/settings/services/agent_settings'
import {
  openConversationValidator,
  sendMessageValidator,
} from '#app/sales_agent/conversations/validators/conversation'
import { conversationOf } from '#app/sales_agent/conversations/services/conversation_of'

/** Conversations for programs: `/api/v1/conversations`. */
export default class ApiConversationsController {
  async store({ request, response, workspace }: HttpContext) {
    const input = await request.validateUsing(openConversationValidator)
    const locale = input.locale ?? (workspace.locale === 'fr' ? 'fr' : 'en')
    const conversation = await new OpenConversation().handle({
      workspaceId: workspace.id,
      channel: 'api',
      locale,
    })
    const settings = await agentSettingsOf(workspace.id)
    return response.created({
      id: conversation.id,
      locale,
      greeting: greetingOf(settings, locale),
    })
  }

  async send(ctx: HttpContext) {
    const { request, response, workspace, params } = ctx
    const input = await request.validateUsing(sendMessageValidator)
    const conversation = await conversationOf(workspace.id, params.id)
    const turn: AnswerVisitorInput = {
      workspaceId: workspace.id,
      conversationId: conversation.id,
      text: input.text,
      locale: input.locale,
      idempotencyKey: request.header('Idempotency-Key'),
    }
    if (request.header('accept')?.includes('text/event-stream')) {
      return streamTurn(openEventStream(ctx), turn)
    }
    const answered = requireTurn(await answerVisitor(turn))
    return response.json(presentTurn(answered.messageId, answered.reply, answered.conversation))
  }
}
