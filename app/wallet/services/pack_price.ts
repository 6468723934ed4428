import { packs } from '#config/plans'

export interface PackPrice {
  dollars: number
  discountPercent: number
  priceCents: number
  currency: 'USD'
}

/** What a credit pack of so many whole dollars costs after the volume discount. */
export function packPrice(dollars: number): PackPrice {
  const discount = packs.discounts.find((line) => dollars >= line.fromDollars)
  const discountPercent = discount?.percent ?? 0
  return {
    dollars,
    discountPercent,
    priceCents: dollars * (100 - discountPercent),
    currency: packs.currency,
  }
}
