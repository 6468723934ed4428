import vine from '@vinejs/vine'
import { packs } from '#config/plans'
import { pageFields } from '#shared/pagination'
import { ASSETS } from '#app/wallet/assets'
import { PLAN_LINES } from '#app/wallet/services/plan_book'
import { TRANSFER_KINDS } from '#app/wallet/services/list_transfers'

export const transfersQuery = vine.create({
  ...pageFields(),
  asset: vine.enum(ASSETS).optional(),
  kind: vine.enum(TRANSFER_KINDS).optional(),
})

export const packOrder = vine.create({
  dollars: vine.number().withoutDecimals().range([packs.minimumDollars, packs.maximumDollars]),
  key: vine.string().trim().minLength(8).maxLength(100).optional(),
})

export const planChange = vine.create({
  line: vine.enum(PLAN_LINES),
  plan: vine.string().trim().maxLength(50),
})

export const orderParams = vine.create({ id: vine.string().uuid() })
