import type { HttpContext } from '@adonisjs/core/http'
import { Deal, Prospect } from '#crm'
import { recordAudit } from '#accounts'
import Message from '#app/sales_agent/conversations/models/message'
import { conversationOf } from '#app/sales_agent/conversations/services/conversation_of'
import {
  countWaiting,
  listConversations,
} from '#app/sales_agent/conversations/services/list_conversations'
import { presentCard } from '#app/sales_agent/conversations/services/present_turn'
import {
  changeStatus,
  replyAsPerson,
} from '#app/sales_agent/conversations/services/reply_as_person'
import {
  inboxValidator,
  personReplyValidator,
  statusValidator,
} from '#app/sales_agent/conversations/validators/inbox'

/** The team's inbox. */
export default class ConversationsController {
  async index({ request, view, workspace }: HttpContext) {
    const filter = await request.validateUsing(inboxValidator)
    const [page, waiting] = await Promise.all([
      listConversations(workspace.id, { ...filter, search: filter.q }),
      countWaiting(workspace.id),
    ])
    const next = page.nextCursor
      ? `?${new URLSearchParams({ ...asQuery(filter), cursor: page.nextCursor })}`
      : null
    return view.render('sales_agent/conversations/index', { page, waiting, filter, next })
  }

  async show({ params, view, workspace }: HttpContext) {
    const conversation = await conversationOf(workspace.id, params.id)
    const [messages, prospect, deal] = await Promise.all([
      Message.in(workspace.id).where('conversation_id', conversation.id).orderBy('id'),
      conversation.prospectId
        ? Prospect.in(workspace.id).where('id', conversation.prospectId).first()
        : null,
      conversation.dealId ? Deal.in(workspace.id).where('id', conversation.dealId).first() : null,
    ])
    const cards = Object.fromEntries(
      messages.map(({ id, products }) => [id, products.map(presentCard)])
    )
    return view.render('sales_agent/conversations/show', {
      conversation,
      messages,
      cards,
      prospect,
      deal,
    })
  }

  async reply({ params, request, response, user, workspace }: HttpContext) {
    const { text } = await request.validateUsing(personReplyValidator)
    const conversation = await conversationOf(workspace.id, params.id)
    await replyAsPerson(conversation, user.id, text)
    return response.redirect().toRoute('sales_agent.conversations.show', { id: conversation.id })
  }

  async status({ i18n, params, request, response, session, user, workspace }: HttpContext) {
    const { status } = await request.validateUsing(statusValidator)
    const conversation = await conversationOf(workspace.id, params.id)
    await changeStatus(conversation, status)
    await recordAudit({
      workspaceId: workspace.id,
      actorId: user.id,
      action: 'sales_agent.conversation_status_changed',
      subjectType: 'conversation',
      subjectId: conversation.id,
      details: { from: conversation.status, to: status },
    })
    session.flash('success', i18n.t(`sales_agent.inbox.changed.${status}`))
    return response.redirect().toRoute('sales_agent.conversations.show', { id: conversation.id })
  }
}

function asQuery(filter: { status?: string; leads?: boolean; q?: string }) {
  return {
    ...(filter.status ? { status: filter.status } : {}),
    ...(filter.leads ? { leads: 'true' } : {}),
    ...(filter.q ? { q: filter.q } : {}),
  }
}
