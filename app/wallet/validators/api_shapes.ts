import vine from '@vinejs/vine'
import { ASSETS } from '#app/wallet/assets'
import { TRANSFER_KINDS } from '#app/wallet/services/list_transfers'

const units = () =>
  vine.object({
    available: vine.number(),
    held: vine.number(),
    granted: vine.number(),
    used: vine.number(),
    unlimited: vine.boolean(),
  })

/** Answer of `GET /api/v1/wallet`. Amounts of `usd` are micro-dollars. */
export const walletResponse = vine.create({
  period: vine.object({ start: vine.string(), end: vine.string() }),
  usd: vine.object({
    availableMicros: vine.number(),
    heldMicros: vine.number(),
    includedMicros: vine.number(),
    purchasedMicros: vine.number(),
    grantedMicros: vine.number(),
    spentMicros: vine.number(),
    overageMicros: vine.number(),
  }),
  conversations: units(),
  quantizationCredits: units(),
})

/** Answer of `GET /api/v1/wallet/transfers`. */
export const transfersResponse = vine.create({
  data: vine.array(
    vine.object({
      id: vine.string().uuid(),
      asset: vine.enum(ASSETS),
      kind: vine.enum(TRANSFER_KINDS),
      amount: vine.number(),
      balanceAfter: vine.number(),
      purpose: vine.string(),
      class: vine.string().nullable(),
      source: vine.string().nullable(),
      plan: vine.object({ line: vine.string(), plan: vine.string() }).nullable(),
      reference: vine.object({ type: vine.string(), id: vine.string() }).nullable(),
      createdAt: vine.string(),
    })
  ),
  nextCursor: vine.string().nullable(),
})
