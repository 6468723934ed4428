/** What a customer reads about a product in one language. */
export interface DraftText {
  title: string
  description: string
  category: string
  tags: string[]
  /** Name and value, e.g. `{ "material": "wool" }`. */
  attributes: Record<string, string>
}

export interface DraftVariant {
  sku: string | null
  /** Options per language: `{ "fr": { "couleur": "bleu" } }`. */
  options: Record<string, Record<string, string>>
  priceCents: number
  compareAtCents: number | null
  /** Pieces left; null when the shop does not count them. */
  stock: number | null
  available: boolean
  imageUrl: string | null
}

/** One product as a source describes it, before it is written. */
export interface ProductDraft {
  /** Stable name inside the source: handle, SKU or id. */
  handle: string
  kind: 'physical' | 'service' | 'digital'
  status: 'active' | 'draft' | 'archived'
  vendor: string | null
  url: string | null
  /** ISO 4217. */
  currency: string
  defaultLocale: string
  texts: Record<string, DraftText>
  variants: DraftVariant[]
  images: { url: string; alt: string | null }[]
}

/** A row that could not become (part of) a product, with a reason that is put into words later. */
export interface Rejection {
  line: number
  reason:
    | 'missing_title'
    | 'missing_price'
    | 'bad_price'
    | 'negative_price'
    | 'price_too_large'
    | 'bad_stock'
    | 'bad_currency'
    | 'missing_handle'
    | 'unknown_parent'
    | 'duplicate_sku'
    | 'no_variant'
  data: Record<string, string>
  /** The row as it stood in the file. */
  values: string[]
}
