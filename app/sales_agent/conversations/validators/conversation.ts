import vine from '@vinejs/vine'
import { MAX_TEXT_LENGTH } from '#app/sales_agent/conversations/services/answer_visitor'

const locale = () => vine.enum(['en', 'fr'] as const)

/** Programs hand over what their page says: `fr-FR` and `en_US` mean `fr` and `en`. */
const spokenLocale = () =>
  locale().parse((value) =>
    typeof value === 'string' ? value.toLowerCase().split(/[-_]/)[0] : value
  )

/** What a visitor says: something visible, at most 2,000 characters. */
export const messageText = () => vine.string().trim().minLength(1).maxLength(MAX_TEXT_LENGTH)

export const openConversationValidator = vine.create({ locale: spokenLocale().optional() })

export const sendMessageValidator = vine.create({
  text: messageText(),
  locale: spokenLocale().optional(),
})

/** Answer of `POST /conversations`. */
export const conversationShape = vine.create({
  id: vine.string().uuid(),
  locale: locale(),
  greeting: vine.string(),
})

/** Answer of `POST /conversations/:id/messages`; the `done` event of a stream carries the same. */
export const turnShape = vine.create({
  messageId: vine.string().uuid(),
  reply: vine.object({
    id: vine.string().uuid().nullable(),
    kind: vine.string(),
    text: vine.string(),
    products: vine.array(
      vine.object({
        id: vine.string(),
        title: vine.string(),
        price: vine.string(),
        currency: vine.string(),
        compareAtPrice: vine.string().nullable(),
        available: vine.boolean(),
        stock: vine.number().nullable(),
        url: vine.string().nullable(),
        image: vine.string().nullable(),
        variantLabel: vine.string().nullable(),
      })
    ),
    sources: vine.array(
      vine.object({ type: vine.string(), id: vine.string(), title: vine.string() })
    ),
    engine: vine.enum(['grounded', 'model'] as const).nullable(),
  }),
  cost: vine.object({ micros: vine.number(), class: vine.string() }),
  conversation: vine.object({
    id: vine.string().uuid(),
    status: vine.enum(['open', 'handoff', 'closed'] as const),
    prospectId: vine.string().uuid().nullable(),
    dealId: vine.string().uuid().nullable(),
  }),
})
