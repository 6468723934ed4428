import db from '@adonisjs/lucid/services/db'
import { answerFromCatalogue } from '#app/sales_agent/catalog/answer/answer_from_catalogue'
import type { AnswerIntent } from '#app/sales_agent/catalog/answer/answer'
import type Conversation from '#app/sales_agent/conversations/models/conversation'
import type { ProductCard, Source, SpokenLocale } from '#app/sales_agent/conversations/types'

export interface GroundedAnswer {
  kind: Exclude<AnswerIntent, 'not_sold'> | 'not_found'
  text: string
  locale: SpokenLocale
  products: ProductCard[]
  sources: Source[]
  /** Knowledge entries behind the answer, in full: what a model may repeat. */
  facts: string[]
}

/** Looks a question up, with the products shown last as its context ("and in blue?"). */
export async function groundedAnswer(
  conversation: Conversation,
  question: string
): Promise<GroundedAnswer> {
  const { workspaceId, locale } = conversation
  const lastProductIds = await lastShown(conversation)
  const answer = await answerFromCatalogue({
    workspaceId,
    text: question,
    locale,
    context: { lastProductIds },
    knowsContact: conversation.visitorEmail !== null || conversation.visitorPhone !== null,
  })
  return {
    kind: answer.intent === 'not_sold' ? 'not_found' : answer.intent,
    text: answer.text,
    locale: answer.locale === 'fr' ? 'fr' : 'en',
    products: answer.products,
    sources: answer.sources,
    facts: answer.knowledge ? [answer.knowledge.answer] : [],
  }
}

async function lastShown(conversation: Conversation): Promise<string[]> {
  const row = await db
    .from('messages')
    .where('workspace_id', conversation.workspaceId)
    .where('conversation_id', conversation.id)
    .where('role', 'agent')
    .whereRaw(`products <> '[]'::jsonb`)
    .orderBy('id', 'desc')
    .select('products')
    .first()
  return (row?.products as ProductCard[] | undefined)?.map(({ id }) => id) ?? []
}
