import type Conversation from '#app/sales_agent/conversations/models/conversation'
import type { AgentReply, ProductCard } from '#app/sales_agent/conversations/types'

/** A product card as it leaves the box: what a visitor may see, without the variants' rows. */
export function presentCard(card: ProductCard) {
  return {
    id: card.id,
    title: card.title,
    price: card.price,
    currency: card.currency,
    compareAtPrice: card.compareAtPrice ?? null,
    available: card.available,
    stock: card.stock ?? null,
    url: safeAddress(card.url),
    image: safeAddress(card.image),
    variantLabel: card.variantLabel ?? null,
  }
}

/** A turn as the API and the widget answer it. */
export function presentTurn(messageId: string, reply: AgentReply, conversation: Conversation) {
  return {
    messageId,
    reply: {
      id: reply.id,
      kind: reply.kind,
      text: reply.text,
      products: reply.products.map(presentCard),
      sources: reply.sources,
      engine: reply.engine,
    },
    cost: { micros: reply.costMicros, class: reply.class },
    conversation: {
      id: conversation.id,
      status: conversation.status,
      prospectId: conversation.prospectId,
      dealId: conversation.dealId,
    },
  }
}

/** Addresses come from imported files: only web addresses may become links. */
function safeAddress(address: string | null | undefined): string | null {
  return address && /^https?:\/\//i.test(address) ? address : null
}
