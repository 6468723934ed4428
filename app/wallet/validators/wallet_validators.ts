import vine from '@vinejs/vine'
import { packs } from '#config/plans'
import { pageFields } from '#shared/pagination'
import { ASSETS } from '#app/wallet/assets'
import { PLAN_LINES } from '#app/wallet/services/plan_book'
import { TRANSFER_KINDS } from '#app/wallet/services/list_transfers'

const realDay = vine.createRule((value, _options, field) => {
  if (typeof value !== 'string') return
  const at = new Date(`${value}T00:00:00Z`)
  const exists = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value)
  if (!exists) field.report('The {{ field }} field must be a day that exists', 'day', field)
})

/** A calendar day that exists; the year keeps it within what the database knows. */
const day = vine
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
  .use(realDay())

export const transfersQuery = vine.create({
  ...pageFields(),
  asset: vine.enum(ASSETS).optional(),
  kind: vine.enum(TRANSFER_KINDS).optional(),
  from: day.clone().optional(),
  to: day.clone().optional(),
})

export const spendingLimits = vine.create({
  overage: vine.number().withoutDecimals().range([0, packs.maximumDollars]),
  hourly: vine.number().withoutDecimals().range([1, packs.maximumDollars]).nullable(),
})

export const packOrder = vine.create({
  dollars: vine.number().withoutDecimals().range([packs.minimumDollars, packs.maximumDollars]),
  key: vine.string().trim().minLength(8).maxLength(100).optional(),
  saved_card: vine.boolean().optional(),
})

export const orderPayment = vine.create({ saved_card: vine.boolean().optional() })

export const planChange = vine.create({
  line: vine.enum(PLAN_LINES),
  plan: vine.string().trim().maxLength(50),
  engagement: vine.number().withoutDecimals().range([1, 60]).optional(),
})

export const quoteAnswer = vine.create({
  euros: vine.number().withoutDecimals().range([1, 1_000_000]),
  dollars: vine.number().withoutDecimals().range([0, 1_000_000]),
})

export const orderParams = vine.create({ id: vine.string().uuid() })

const party = {
  address: vine.string().trim().maxLength(400),
  country: vine.string().trim().fixedLength(2).toUpperCase(),
  vat_id: vine.string().trim().maxLength(30).nullable(),
}

export const billingProfile = vine.create({
  name: vine.string().trim().maxLength(200).nullable(),
  address: party.address.clone().nullable(),
  country: party.country.clone().nullable(),
  vat_id: party.vat_id.clone(),
  email: vine.string().trim().email().maxLength(254).nullable(),
})

export const sellerProfile = vine.create({
  name: vine.string().trim().minLength(1).maxLength(200),
  ...party,
  registration: vine.string().trim().maxLength(200).nullable(),
})

export const eventsQuery = vine.create({
  cursor: pageFields().cursor,
  state: vine.enum(['failed', 'waiting'] as const).optional(),
})
