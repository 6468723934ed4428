import { CURRENCIES } from '#app/sales_agent/catalog/import/currency'
import vine from '@vinejs/vine'
import { pageFields } from '#shared/pagination'

const kind = () => vine.enum(['physical', 'service', 'digital'] as const)
const text = (length: number) => vine.string().trim().maxLength(length)

/** Filters of the list in the portal; odd values are dropped by the controller. */
export const productListQuery = vine.create({
  ...pageFields(),
  q: text(200).optional(),
  category: text(300).optional(),
  kind: kind().optional(),
  available: vine.enum(['yes', 'no'] as const).optional(),
})

export const productsQuery = vine.create({
  ...pageFields(),
  q: text(200).optional(),
  available: vine.boolean().optional(),
})

const decimal = () => vine.string().trim().maxLength(30)
const count = () => vine.number().withoutDecimals().range([0, 2_000_000_000])

/** Options and attributes: names and values in the product's language. */
const pairs = () => vine.record(text(300))

export const productBody = vine.create({
  handle: text(300).minLength(1).optional(),
  sku: text(200).minLength(1).optional(),
  title: text(300).minLength(1),
  description: vine.string().maxLength(100_000).optional(),
  category: text(300).optional(),
  tags: vine.array(text(100)).maxLength(60).optional(),
  attributes: pairs().optional(),
  locale: vine
    .string()
    .regex(/^[a-z]{2}$/)
    .optional(),
  kind: kind().optional(),
  status: vine.enum(['active', 'draft', 'archived'] as const).optional(),
  vendor: text(200).optional(),
  url: text(2000).optional(),
  image: text(2000).optional(),
  currency: vine.enum(CURRENCIES).optional(),
  price: decimal(),
  compareAtPrice: decimal().optional(),
  stock: count().nullable().optional(),
  variants: vine
    .array(
      vine.object({
        sku: text(200).optional(),
        options: pairs().optional(),
        price: decimal().optional(),
        stock: count().nullable().optional(),
      })
    )
    .maxLength(500)
    .optional(),
})

/** Prices and stock on the product's page, as people type them. */
export const variantsBody = vine.create({
  variants: vine
    .array(
      vine.object({
        id: vine.string().uuid(),
        price: decimal(),
        stock: vine.string().trim().maxLength(20).nullable().optional(),
      })
    )
    .minLength(1)
    .maxLength(2000),
})

export const importBody = vine.create({
  file: vine.file({ size: '50mb', extnames: ['csv', 'txt', 'tsv'] }),
})

const product = () =>
  vine.object({
    id: vine.string().uuid(),
    handle: vine.string(),
    title: vine.string(),
    category: vine.string(),
    kind: kind(),
    status: vine.string(),
    price: vine.string(),
    priceMax: vine.string(),
    currency: vine.string(),
    available: vine.boolean(),
    stock: vine.number().nullable(),
    url: vine.string().nullable(),
    image: vine.string().nullable(),
    updatedAt: vine.string(),
  })

export const productsResponse = vine.create({
  data: vine.array(product()),
  nextCursor: vine.string().nullable(),
})

export const productResponse = vine.create({
  id: vine.string().uuid(),
  created: vine.boolean(),
  handle: vine.string(),
  title: vine.string(),
  price: vine.string(),
  currency: vine.string(),
  available: vine.boolean(),
  stock: vine.number().nullable(),
})
