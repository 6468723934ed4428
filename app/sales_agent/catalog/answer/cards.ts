import type { CandidateRow, VariantRow } from '#app/sales_agent/catalog/answer/candidates'
import { centsToDecimal } from '#shared/money'

/** What an answer shows of a product; every figure is read from its rows. */
export interface ProductCard {
  id: string
  title: string
  /** Decimal amount of the variant that is meant, else the lowest price: "29.99". */
  price: string
  currency: string
  /** Former price, when it is higher. */
  compareAtPrice: string | null
  available: boolean
  /** Pieces left; null when the shop does not count them. */
  stock: number | null
  url: string | null
  image: string | null
  /** Options of the variant that is meant: "blue / M". */
  variantLabel?: string
  /** Every variant with its own figures, for a model and for checking an answer. */
  variants: { label: string; price: string; stock: number | null; available: boolean }[]
}

/** `variant` is given when the visitor's words single it out; the figures are then its own. */
export function cardOf(row: CandidateRow, variant: VariantRow | null = null): ProductCard {
  const cheapest = variant ?? cheapestSellable(row.variants)
  const label = variant ? labelOf(variant, row.locale) : ''
  return {
    id: row.id,
    title: row.title,
    price: centsToDecimal(cheapest?.price ?? row.price_min_cents),
    currency: row.currency,
    compareAtPrice: cheapest?.compareAt ? centsToDecimal(cheapest.compareAt) : null,
    available: variant ? variant.available : row.available,
    stock: variant ? variant.stock : row.stock,
    url: row.url,
    image: variant?.image ?? row.image_url,
    ...(label ? { variantLabel: label } : {}),
    variants: row.variants.map((each) => ({
      label: labelOf(each, row.locale),
      price: centsToDecimal(each.price),
      stock: each.stock,
      available: each.available,
    })),
  }
}

export function labelOf(variant: VariantRow, locale: string): string {
  const options = variant.options[locale] ?? Object.values(variant.options)[0] ?? {}
  return Object.entries(options)
    .map(([name, value]) =>
      /^(?:yes|no|oui|non|\d{1,3})$/i.test(value) ? `${name} ${value}` : value
    )
    .join(' / ')
}

/** The variant whose price stands for the product: the cheapest one that can be sold. */
export function cheapestSellable(variants: VariantRow[]): VariantRow | null {
  const sellable = variants.filter((variant) => variant.available)
  const pool = sellable.length > 0 ? sellable : variants
  return pool.reduce<VariantRow | null>(
    (best, each) => (best === null || each.price < best.price ? each : best),
    null
  )
}
