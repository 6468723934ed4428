import { createHash } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { ProductDraft } from '#app/sales_agent/catalog/import/draft'
import { summarise, variantKeys } from '#app/sales_agent/catalog/write/price_range'
import {
  INSERT_IMAGES,
  INSERT_TEXTS,
  UPSERT_PRODUCTS,
  UPSERT_VARIANTS,
} from '#app/sales_agent/catalog/write/statements'

export interface WriteResult {
  created: number
  updated: number
  unchanged: number
  /** Products that were created or updated. */
  changedIds: string[]
}

/**
 * Creates or updates products of one source by their handle, in one transaction. A product about
 * which the source says what it said last time is left alone, hand-made edits included. Handles
 * must be unique within `drafts`. The vocabulary is not refreshed here.
 */
export async function writeProducts(
  workspaceId: string,
  source: string,
  drafts: ProductDraft[],
  trx?: TransactionClientContract
): Promise<WriteResult> {
  if (trx) return writeWith(trx, workspaceId, source, drafts)
  return db.transaction(async (own) => {
    // A batch that a power cut swallows is read from the source again; waiting for the disk after
    // each one would take longer than the work.
    await own.rawQuery('set local synchronous_commit = off')
    return writeWith(own, workspaceId, source, drafts)
  })
}

async function writeWith(
  trx: TransactionClientContract,
  workspaceId: string,
  source: string,
  drafts: ProductDraft[]
): Promise<WriteResult> {
  const known = await knownFingerprints(trx, workspaceId, source, drafts)
  const fingerprints = new Map(drafts.map((draft) => [draft.handle, fingerprint(draft)]))
  const changed = drafts.filter(
    (draft) => known.get(draft.handle) !== fingerprints.get(draft.handle)
  )
  const created = changed.filter((draft) => !known.has(draft.handle)).length
  const result = {
    created,
    updated: changed.length - created,
    unchanged: drafts.length - changed.length,
    changedIds: [] as string[],
  }
  if (changed.length === 0) return result

  const products = changed.map((draft) => ({
    handle: draft.handle,
    kind: draft.kind,
    status: draft.status,
    vendor: draft.vendor,
    url: draft.url,
    image_url: draft.images[0]?.url ?? null,
    currency: draft.currency,
    default_locale: draft.defaultLocale,
    locales: Object.keys(draft.texts),
    fingerprint: fingerprints.get(draft.handle),
    ...summarise(draft.variants),
  }))
  const { rows } = await trx.rawQuery(UPSERT_PRODUCTS, [
    workspaceId,
    source,
    JSON.stringify(products),
  ])
  const ids = new Map<string, string>(rows.map((row: any) => [row.external_handle, row.id]))
  result.changedIds = [...ids.values()]

  const existed = rows.some((row: { existed: boolean }) => row.existed)
  if (existed) {
    const scope = [workspaceId, result.changedIds]
    await trx.rawQuery(
      'delete from product_texts where workspace_id = ? and product_id = any(?)',
      scope
    )
    await trx.rawQuery(
      'delete from product_images where workspace_id = ? and product_id = any(?)',
      scope
    )
  }
  await trx.rawQuery(INSERT_TEXTS, [workspaceId, JSON.stringify(textRows(changed, ids))])
  const variants = variantRows(changed, ids)
  if (existed) {
    await trx.rawQuery(
      `delete from product_variants v where v.workspace_id = ? and v.product_id = any(?)
       and not exists (select 1 from jsonb_to_recordset(?::jsonb) as k(product_id uuid, key text)
                       where k.product_id = v.product_id and k.key = v.key)`,
      [
        workspaceId,
        result.changedIds,
        JSON.stringify(variants.map(({ product_id, key }) => ({ product_id, key }))),
      ]
    )
  }
  await trx.rawQuery(UPSERT_VARIANTS, [workspaceId, JSON.stringify(variants)])
  const images = imageRows(changed, ids)
  if (images.length > 0) await trx.rawQuery(INSERT_IMAGES, [workspaceId, JSON.stringify(images)])
  return result
}

async function knownFingerprints(
  trx: TransactionClientContract,
  workspaceId: string,
  source: string,
  drafts: ProductDraft[]
): Promise<Map<string, string>> {
  const { rows } = await trx.rawQuery(
    `select external_handle, fingerprint from products
     where workspace_id = ? and source = ? and external_handle = any(?) for update`,
    [workspaceId, source, drafts.map((draft) => draft.handle)]
  )
  return new Map(rows.map((row: any) => [row.external_handle, row.fingerprint]))
}

function fingerprint(draft: ProductDraft): string {
  return createHash('sha256').update(JSON.stringify(draft)).digest('base64url')
}

function textRows(drafts: ProductDraft[], ids: Map<string, string>) {
  return drafts.flatMap((draft) =>
    Object.entries(draft.texts).map(([locale, text]) => ({
      product_id: ids.get(draft.handle)!,
      locale,
      ...text,
      options_text: optionsText(draft, locale),
      vendor: draft.vendor ?? '',
    }))
  )
}

/** Distinct option names and values of all variants in one language. */
function optionsText(draft: ProductDraft, locale: string): string {
  const words = new Set<string>()
  for (const variant of draft.variants) {
    for (const [name, value] of Object.entries(variant.options[locale] ?? {})) {
      words.add(name)
      words.add(value)
    }
    if (variant.sku) words.add(variant.sku)
  }
  return [...words].join(' ').slice(0, 8000)
}

function variantRows(drafts: ProductDraft[], ids: Map<string, string>) {
  return drafts.flatMap((draft) => {
    const keys = variantKeys(draft.variants)
    return draft.variants.map((variant, position) => ({
      product_id: ids.get(draft.handle)!,
      key: keys[position]!,
      sku: variant.sku,
      options: variant.options,
      price_cents: variant.priceCents,
      compare_at_cents: variant.compareAtCents,
      stock: variant.stock,
      available: variant.available,
      image_url: variant.imageUrl,
      position,
    }))
  })
}

function imageRows(drafts: ProductDraft[], ids: Map<string, string>) {
  return drafts.flatMap((draft) =>
    draft.images.map((image, position) => ({
      product_id: ids.get(draft.handle)!,
      position,
      ...image,
    }))
  )
}
