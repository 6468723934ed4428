import vine from '@vinejs/vine'

/** People write "35,5" or "35.5"; an empty field means that nothing is set. */
const decimal = (value: unknown) =>
  typeof value === 'string' ? value.trim().replace(',', '.') || undefined : value

export const countingRulesValidator = vine.create({
  grossMarginPercent: vine.number().parse(decimal).min(0.01).max(100).decimal([0, 2]).optional(),
  usdRate: vine.number().parse(decimal).min(0.000001).max(1_000_000).decimal([0, 6]),
})

export const subscriptionValidator = vine.create({
  locale: vine.enum(['en', 'fr']).optional(),
})
