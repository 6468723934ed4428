import vine from '@vinejs/vine'
import { CONSENT_STATUSES } from '#app/crm/models/prospect'
import { prospectFields } from '#app/crm/validators/prospect_fields'
import { lineField } from '#app/crm/validators/rules'

/** Cents; the database keeps up to a billion euros. */
const cents = () => vine.number().withoutDecimals().range([0, 100_000_000_000])

export const pageQuery = vine.create({
  q: lineField(200).optional(),
  source: lineField(60).optional(),
  consent: vine.enum(CONSENT_STATUSES).optional(),
  tag: lineField(40).optional(),
  sort: vine.enum(['activity', 'score', 'newest']).optional(),
  cursor: lineField(300).optional(),
  limit: vine.number().withoutDecimals().range([1, 100]).optional(),
})

export const dealQuery = vine.create({
  stage: lineField(60).optional(),
  status: vine.enum(['open', 'won', 'lost']).optional(),
  cursor: lineField(300).optional(),
  limit: vine.number().withoutDecimals().range([1, 100]).optional(),
})

export const prospectBody = vine.create({
  ...prospectFields(),
  tags: vine.array(lineField(40)).maxLength(20).optional(),
})

export const dealBody = vine.create({
  title: lineField(200),
  prospectId: vine.string().uuid().optional().nullable(),
  stage: lineField(60).optional(),
  amountCents: cents().optional().nullable(),
  interest: vine.string().maxLength(2000).optional().nullable(),
})

export const stageBody = vine.create({
  stage: lineField(60).optional(),
  amountCents: cents().optional().nullable(),
  lostReason: lineField(500).optional().nullable(),
})

const prospectShape = {
  id: vine.string().uuid(),
  name: vine.string().nullable(),
  email: vine.string().nullable(),
  phone: vine.string().nullable(),
  company: vine.string().nullable(),
  city: vine.string().nullable(),
  country: vine.string().nullable(),
  locale: vine.string(),
  source: vine.string(),
  consentStatus: vine.string(),
  tags: vine.array(vine.string()),
  score: vine.number(),
  lastActivityAt: vine.string(),
  createdAt: vine.string(),
}

const dealShape = {
  id: vine.string().uuid(),
  title: vine.string(),
  stage: vine.object({ id: vine.string().uuid(), key: vine.string() }),
  status: vine.enum(['open', 'won', 'lost']),
  amountCents: vine.number().nullable(),
  currency: vine.string(),
  probability: vine.number(),
  source: vine.string(),
  prospectId: vine.string().uuid().nullable(),
  conversationId: vine.string().uuid().nullable(),
  lostReason: vine.string().nullable(),
  createdAt: vine.string(),
  wonAt: vine.string().nullable(),
  lostAt: vine.string().nullable(),
}

export const prospectResponse = vine.create(prospectShape)

export const prospectsResponse = vine.create({
  data: vine.array(vine.object(prospectShape)),
  nextCursor: vine.string().nullable(),
})

export const dealResponse = vine.create(dealShape)

export const dealsResponse = vine.create({
  data: vine.array(vine.object(dealShape)),
  nextCursor: vine.string().nullable(),
})

export const dealDetailsResponse = vine.create({
  ...dealShape,
  history: vine.array(
    vine.object({
      kind: vine.string(),
      from: vine.string().nullable(),
      to: vine.string().nullable(),
      amountCents: vine.number().nullable(),
      reason: vine.string().nullable(),
      at: vine.string(),
      seconds: vine.number().nullable(),
    })
  ),
})

export const importResponse = vine.create({
  importId: vine.string().uuid(),
  encoding: vine.string(),
  delimiter: vine.string(),
  rows: vine.number(),
  created: vine.number(),
  updated: vine.number(),
  unchanged: vine.number(),
  duplicates: vine.number(),
  rejected: vine.number(),
  rejectedRows: vine.array(vine.object({ line: vine.number(), reason: vine.string() })),
})
