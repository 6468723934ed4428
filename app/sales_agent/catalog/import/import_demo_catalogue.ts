import { readFile, readdir } from 'node:fs/promises'
import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { ProductDraft } from '#app/sales_agent/catalog/import/draft'
import { saveKnowledge } from '#app/sales_agent/catalog/services/save_knowledge'
import { refreshVocabulary } from '#app/sales_agent/catalog/write/refresh_vocabulary'
import { writeProducts } from '#app/sales_agent/catalog/write/write_products'

type ByLocale<Value> = Record<string, Value>

/** One entry of resources/demo/catalog/*.json: every text in every language. */
interface DemoProduct {
  handle: string
  kind: ProductDraft['kind']
  vendor: string | null
  category: ByLocale<string>
  title: ByLocale<string>
  description: ByLocale<string>
  tags: ByLocale<string[]>
  attributes: ByLocale<Record<string, string>>
  priceCents: number
  compareAtCents: number | null
  currency: string
  variants: {
    sku: string
    options: ByLocale<Record<string, string>>
    priceCents: number
    stock: number | null
  }[]
  image: string | null
}

interface DemoKnowledge {
  key: string
  question: ByLocale<string>
  answer: ByLocale<string>
  keywords: ByLocale<string[]>
}

/**
 * Loads the demo shop's bilingual catalogue and its knowledge into a workspace. Safe to repeat.
 *
 * @returns how many products were created, updated or left alone, and the knowledge entries
 */
export async function importDemoCatalogue(workspaceId: string, trx?: TransactionClientContract) {
  const folder = app.makePath('resources/demo/catalog')
  const names = await readdir(folder)
  const files = names.filter((name) => name.endsWith('.json')).sort()
  const products: DemoProduct[] = []
  for (const file of files)
    products.push(...JSON.parse(await readFile(`${folder}/${file}`, 'utf8')))
  const knowledge: DemoKnowledge[] = JSON.parse(
    await readFile(app.makePath('resources/demo/knowledge.json'), 'utf8')
  )

  const run = async (client: TransactionClientContract) => {
    const result = await writeProducts(workspaceId, 'demo', products.map(toDraft), client)
    await saveKnowledge(workspaceId, knowledge.flatMap(knowledgeRows), client)
    await refreshVocabulary(workspaceId, result.changedIds, client)
    return { ...result, knowledge: knowledge.length }
  }
  return trx ? run(trx) : db.transaction(run)
}

function toDraft(product: DemoProduct): ProductDraft {
  const locales = Object.keys(product.title)
  return {
    handle: product.handle,
    kind: product.kind,
    status: 'active',
    vendor: product.vendor,
    url: null,
    currency: product.currency,
    defaultLocale: locales[0]!,
    texts: Object.fromEntries(
      locales.map((locale) => [
        locale,
        {
          title: product.title[locale]!,
          description: product.description[locale] ?? '',
          category: product.category[locale] ?? '',
          tags: product.tags[locale] ?? [],
          attributes: product.attributes[locale] ?? {},
        },
      ])
    ),
    variants: product.variants.map((variant) => ({
      sku: variant.sku,
      options: variant.options,
      priceCents: variant.priceCents,
      compareAtCents: strikeThrough(product.compareAtCents, variant.priceCents),
      stock: variant.stock,
      available: variant.stock === null || variant.stock > 0,
      imageUrl: null,
    })),
    images: product.image ? [{ url: product.image, alt: null }] : [],
  }
}

function knowledgeRows(entry: DemoKnowledge) {
  return Object.keys(entry.question).map((locale) => ({
    key: entry.key,
    locale,
    question: entry.question[locale]!,
    answer: entry.answer[locale] ?? '',
    keywords: entry.keywords[locale] ?? [],
  }))
}

/** A former price means something only above the present one. */
function strikeThrough(former: number | null, price: number): number | null {
  return former !== null && former > price ? former : null
}
