import db from '@adonisjs/lucid/services/db'
import emitter from '@adonisjs/core/services/emitter'
import { announced } from '#shared/events/announced'
import { captureLead } from '#crm'
import type Conversation from '#app/sales_agent/conversations/models/conversation'
import type { ContactDetails } from './detect_contact.js'
import { interestOf } from './interest_of.js'
import { sql } from './sql.js'

/** Where a lead comes from, as the pipeline and the reports name it. */
const SOURCE_OF_CHANNEL = { widget: 'widget', portal: 'agent', api: 'agent' } as const

/**
 * Keeps the contact details of a visitor and, once there is a way to reach them, makes them a
 * lead: prospect and deal are created or found, and linked with the conversation, in one
 * transaction.
 */
export async function captureVisitorContact(
  conversation: Conversation,
  contact: Pick<ContactDetails, 'name' | 'email' | 'phone'>
): Promise<void> {
  const { workspaceId, id } = conversation
  conversation.visitorName = contact.name ?? conversation.visitorName
  conversation.visitorEmail = contact.email ?? conversation.visitorEmail
  conversation.visitorPhone = contact.phone ?? conversation.visitorPhone
  const reachable = conversation.visitorEmail !== null || conversation.visitorPhone !== null
  const interest = reachable ? await interestOf(conversation) : null

  await db.transaction(async (trx) => {
    const lead = reachable
      ? await captureLead(
          {
            workspaceId,
            name: conversation.visitorName,
            email: conversation.visitorEmail,
            phone: conversation.visitorPhone,
            locale: conversation.locale,
            source: SOURCE_OF_CHANNEL[conversation.channel],
            conversationId: id,
            interest: interest?.words ?? null,
            dealTitle: interest?.title ?? null,
            messageCount: conversation.visitorMessages,
          },
          trx
        )
      : null
    await sql(
      `update conversations set
         visitor_name = :name, visitor_email = :email, visitor_phone = :phone,
         prospect_id = coalesce(:prospectId::uuid, prospect_id),
         deal_id = coalesce(:dealId::uuid, deal_id),
         lead_at = case when :prospectId::uuid is null then lead_at else coalesce(lead_at, now()) end,
         updated_at = now()
       where workspace_id = :workspaceId and id = :id`,
      {
        workspaceId,
        id,
        name: conversation.visitorName,
        email: conversation.visitorEmail,
        phone: conversation.visitorPhone,
        prospectId: lead?.prospectId ?? null,
        dealId: lead?.dealId ?? null,
      },
      trx
    )
    conversation.prospectId = lead?.prospectId ?? conversation.prospectId
    conversation.dealId = lead?.dealId ?? conversation.dealId
  })
  if (!reachable) return
  announced(emitter.emit('conversation:changed', { workspaceId, conversationId: id, kind: 'lead' }))
}
