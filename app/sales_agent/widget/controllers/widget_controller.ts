import type { HttpContext } from '@adonisjs/core/http'
import { Workspace } from '#accounts'
import { openEventStream } from '#shared/http/event_stream'
import { E_VISITOR_UNKNOWN } from '#app/sales_agent/errors'
import {
  answerVisitor,
  type AnswerVisitorInput,
} from '#app/sales_agent/conversations/services/answer_visitor'
import { greetingOf } from '#app/sales_agent/conversations/services/greeting'
import { presentTurn } from '#app/sales_agent/conversations/services/present_turn'
import { requireTurn } from '#app/sales_agent/conversations/services/require_turn'
import { streamTurn } from '#app/sales_agent/conversations/services/stream_turn'
import { countVisit } from '#app/sales_agent/widget/services/count_visit'
import {
  currentConversation,
  findCurrentConversation,
} from '#app/sales_agent/widget/services/current_conversation'
import { historyOf } from '#app/sales_agent/widget/services/history'
import { leaveContact } from '#app/sales_agent/widget/services/leave_contact'
import { newVisitor, signVisitor } from '#app/sales_agent/widget/services/visitor_token'
import {
  contactValidator,
  historyValidator,
  sessionValidator,
  visitorMessageValidator,
} from '#app/sales_agent/widget/validators/widget'

/** The widget's own endpoints, `/widget/v1/*`. */
export default class WidgetController {
  /** Says who answers here, and gives a returning visitor their conversation back. */
  async session({ request, response, widget }: HttpContext) {
    const input = await request.validateUsing(sessionValidator)
    const { settings } = widget
    const visitor = widget.visitor ?? newVisitor(settings.workspaceId)
    if (input.visit && !widget.isOwnPage) await countVisit(settings.workspaceId)
    const conversation = widget.visitor ? await findCurrentConversation(visitor) : null
    const history = conversation ? await historyOf(conversation) : { messages: [], pending: false }
    const workspace = await Workspace.findOrFail(settings.workspaceId)
    return response.json({
      token: signVisitor(visitor),
      agent: {
        name: settings.name,
        shop: workspace.name,
        greetings: { en: greetingOf(settings, 'en'), fr: greetingOf(settings, 'fr') },
        colour: settings.colour,
        branding: settings.branding,
        asksForContact: settings.asksForContact,
      },
      status: conversation?.status ?? 'open',
      ...history,
    })
  }

  async send(ctx: HttpContext) {
    const { request, response, widget } = ctx
    const input = await request.validateUsing(visitorMessageValidator)
    const visitor = widget.visitor
    if (!visitor) throw new E_VISITOR_UNKNOWN()
    const locale = input.locale ?? 'en'
    const conversation = await currentConversation(visitor, channelOf(ctx), locale)
    const turn: AnswerVisitorInput = {
      workspaceId: visitor.workspaceId,
      conversationId: conversation.id,
      text: input.text,
      locale,
      idempotencyKey: input.clientId,
    }
    if (request.header('accept')?.includes('text/event-stream')) {
      return streamTurn(openEventStream(ctx), turn)
    }
    const answered = requireTurn(await answerVisitor(turn))
    return response.json(presentTurn(answered.messageId, answered.reply, answered.conversation))
  }

  async history({ request, response, widget }: HttpContext) {
    const { after } = await request.validateUsing(historyValidator)
    const conversation = await findCurrentConversation(widget.visitor!)
    if (!conversation) return response.json({ messages: [], pending: false, status: 'open' })
    const history = await historyOf(conversation, after)
    return response.json({ ...history, status: conversation.status })
  }

  async contact(ctx: HttpContext) {
    const { request, response, widget } = ctx
    const input = await request.validateUsing(contactValidator)
    const locale = input.locale ?? 'en'
    const conversation = await currentConversation(widget.visitor!, channelOf(ctx), locale)
    const text = await leaveContact(conversation, input)
    return response.json({ text })
  }
}

function channelOf({ widget }: HttpContext) {
  return widget.isOwnPage ? ('portal' as const) : ('widget' as const)
}
