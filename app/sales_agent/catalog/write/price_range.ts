import type { ProductDraft } from '#app/sales_agent/catalog/import/draft'

/** What the product's row repeats from its variants, so that lists need not read them. */
export function summarise(variants: ProductDraft['variants']) {
  const sellable = variants.some((variant) => variant.available)
    ? variants.filter((variant) => variant.available)
    : variants
  const prices = sellable.map((variant) => variant.priceCents)
  const counted = variants.every((variant) => variant.stock !== null)
  const min = Math.min(...prices)
  return {
    priceMinCents: min,
    priceMaxCents: Math.max(...prices),
    compareAtCents: sellable.find((variant) => variant.priceCents === min)?.compareAtCents ?? null,
    stock: counted ? variants.reduce((sum, variant) => sum + Math.max(0, variant.stock!), 0) : null,
    available: variants.some((variant) => variant.available),
  }
}

/** Identifies a variant inside its product: the SKU when it has one, else its options. */
export function variantKeys(variants: ProductDraft['variants']): string[] {
  const seen = new Map<string, number>()
  return variants.map((variant) => {
    const key = variant.sku ?? `options:${JSON.stringify(variant.options)}`
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    return count === 1 ? key : `${key}#${count}`
  })
}
