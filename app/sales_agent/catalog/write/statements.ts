/**
 * Inserts or updates the products' rows, in one order, so that two imports of the same products
 * wait for each other instead of blocking each other; bindings: workspace, source, JSON array.
 * A row that was there has an `xmax`, also one that another import made meanwhile.
 */
export const UPSERT_PRODUCTS = `
  insert into products (workspace_id, source, external_handle, kind, status, vendor, url, image_url,
    currency, price_min_cents, price_max_cents, compare_at_cents, stock, available,
    default_locale, locales, fingerprint)
  select ?, ?, p.handle, p.kind, p.status, p.vendor, p.url, p.image_url,
    p.currency, p."priceMinCents", p."priceMaxCents", p."compareAtCents", p.stock, p.available,
    p.default_locale, p.locales, p.fingerprint
  from jsonb_to_recordset(?::jsonb) as p(handle text, kind text, status text, vendor text, url text,
    image_url text, currency text, "priceMinCents" bigint, "priceMaxCents" bigint,
    "compareAtCents" bigint, stock int, available boolean, default_locale text, locales text[],
    fingerprint text)
  order by p.handle
  on conflict (workspace_id, source, external_handle) do update set
    kind = excluded.kind, status = excluded.status, vendor = excluded.vendor, url = excluded.url,
    image_url = excluded.image_url, currency = excluded.currency,
    price_min_cents = excluded.price_min_cents, price_max_cents = excluded.price_max_cents,
    compare_at_cents = excluded.compare_at_cents, stock = excluded.stock,
    available = excluded.available, default_locale = excluded.default_locale,
    locales = excluded.locales, fingerprint = excluded.fingerprint, updated_at = now()
  returning id, external_handle, xmax <> 0 as existed`

/**
 * Search vector of a text row. Weights say where a word counts most: title (A), then tags,
 * attributes, options and brand (B), category (C), description (D).
 */
export const SEARCH_VECTOR = `
  setweight(to_tsvector(catalog_config(t.locale), t.title), 'A') ||
  setweight(to_tsvector(catalog_config(t.locale), concat_ws(' ', array_to_string(t.tags, ' '),
    (select string_agg(a.key || ' ' || a.value, ' ') from jsonb_each_text(t.attributes) a),
    t.options_text, t.vendor)), 'B') ||
  setweight(to_tsvector(catalog_config(t.locale), t.category), 'C') ||
  setweight(to_tsvector(catalog_config(t.locale), t.description), 'D')`

/** Bindings: workspace, JSON array of rows with `product_id`, `locale`, the texts and `vendor`. */
export const INSERT_TEXTS = `
  insert into product_texts (workspace_id, product_id, locale, title, description, category, tags,
    attributes, options_text, search)
  select ?, t.product_id, t.locale, t.title, t.description, t.category, t.tags, t.attributes,
    t.options_text, ${SEARCH_VECTOR}
  from jsonb_to_recordset(?::jsonb) as t(product_id uuid, locale text, title text,
    description text, category text, tags text[], attributes jsonb, options_text text, vendor text)`

/** Keeps the ids of variants that stay; bindings: workspace, JSON array. */
export const UPSERT_VARIANTS = `
  insert into product_variants (workspace_id, product_id, key, sku, options, price_cents,
    compare_at_cents, stock, available, image_url, position)
  select ?, v.product_id, v.key, v.sku, v.options, v.price_cents, v.compare_at_cents, v.stock,
    v.available, v.image_url, v.position
  from jsonb_to_recordset(?::jsonb) as v(product_id uuid, key text, sku text, options jsonb,
    price_cents bigint, compare_at_cents bigint, stock int, available boolean, image_url text,
    position int)
  on conflict (product_id, key) do update set
    sku = excluded.sku, options = excluded.options, price_cents = excluded.price_cents,
    compare_at_cents = excluded.compare_at_cents, stock = excluded.stock,
    available = excluded.available, image_url = excluded.image_url, position = excluded.position`

export const INSERT_IMAGES = `
  insert into product_images (workspace_id, product_id, position, url, alt)
  select ?, i.product_id, i.position, i.url, i.alt
  from jsonb_to_recordset(?::jsonb) as i(product_id uuid, position int, url text, alt text)`
