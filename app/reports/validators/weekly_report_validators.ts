import vine from '@vinejs/vine'
import { parseWeek } from '#app/reports/weeks/week'

/** `2026-W47`, and a week that the year really has. */
const isWeek = vine.createRule((value, _options, field) => {
  if (typeof value === 'string' && parseWeek(value) === null) {
    field.report('Write the week as 2026-W47; most years have 52 weeks.', 'week', field)
  }
})

export const weeklyReportQuery = vine.create({
  week: vine
    .string()
    .regex(/^\d{4}-W\d{2}$/)
    .use(isWeek()),
  locale: vine.enum(['en', 'fr']).optional(),
})

const figure = () =>
  vine.object({ value: vine.number().nullable(), previous: vine.number().nullable() })
const rate = () =>
  vine.object({
    count: vine.number(),
    of: vine.number(),
    value: vine.number().nullable(),
    low: vine.number().nullable(),
    high: vine.number().nullable(),
    tooFew: vine.boolean(),
  })

/** Main fields of the answer; the report carries more. */
export const weeklyReportResponse = vine.create({
  workspace: vine.object({
    id: vine.string(),
    name: vine.string(),
    currency: vine.string(),
    timezone: vine.string(),
  }),
  locale: vine.string(),
  week: vine.object({
    id: vine.string(),
    from: vine.string(),
    to: vine.string(),
    firstDay: vine.string(),
    lastDay: vine.string(),
    isClosed: vine.boolean(),
  }),
  generatedAt: vine.string(),
  figures: vine.object({
    visits: figure(),
    conversations: figure(),
    handedOver: figure(),
    leads: figure(),
    dealsCreated: figure(),
    dealsWon: figure(),
    dealsLost: figure(),
  }),
  rates: vine.object({ answered: rate(), lead: rate(), won: rate() }),
  revenue: vine.object({
    attributedCents: vine.number(),
    wonCents: vine.number(),
    windowDays: vine.number(),
    deals: vine.array(
      vine.object({
        dealId: vine.string(),
        title: vine.string(),
        amountCents: vine.number(),
        wonAt: vine.string(),
        conversationId: vine.string(),
        daysToWin: vine.number(),
      })
    ),
  }),
  cost: vine.object({
    subscriptionMicros: vine.number(),
    usageUsdMicros: vine.number(),
    usageMicros: vine.number(),
    usdRate: vine.number(),
    totalMicros: vine.number(),
  }),
  roi: vine.object({
    basis: vine.enum(['margin', 'revenue']),
    gainMicros: vine.number(),
    costMicros: vine.number(),
    value: vine.number().nullable(),
    low: vine.number().nullable(),
    high: vine.number().nullable(),
    formula: vine.string(),
  }),
  suggestions: vine.array(
    vine.object({
      kind: vine.string(),
      title: vine.string(),
      text: vine.string(),
      href: vine.string(),
    })
  ),
})
