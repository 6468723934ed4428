import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('catalogs', (table) => {
      table.uuid('workspace_id').primary().references('workspaces.id').onDelete('CASCADE')
      // Grows whenever words change, so that processes know when to read the vocabulary again.
      table.bigInteger('version').notNullable().defaultTo(1)
      table.timestamp('updated_at').notNullable().defaultTo(this.now())
    })

    this.schema.createTable('products', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.text('source').notNullable()
      table.text('external_handle').notNullable()
      table.text('kind').notNullable().checkIn(['physical', 'service', 'digital'])
      table.text('status').notNullable().checkIn(['active', 'draft', 'archived'])
      table.text('vendor').nullable()
      table.text('url').nullable()
      table.text('image_url').nullable()
      table.string('currency', 3).notNullable()
      table.bigInteger('price_min_cents').notNullable()
      table.bigInteger('price_max_cents').notNullable()
      table.bigInteger('compare_at_cents').nullable()
      // Pieces over all variants; null when the shop does not count them.
      table.integer('stock').nullable()
      table.boolean('available').notNullable()
      table.text('default_locale').notNullable()
      table.specificType('locales', 'text[]').notNullable()
      // Digest of what the source said last time: the same file again changes nothing.
      table.text('fingerprint').notNullable()
      table.timestamps({ defaultToNow: true, useTimestamps: true })
      table.unique(['workspace_id', 'id'])
      table.unique(['workspace_id', 'source', 'external_handle'])
      table.index(['workspace_id', 'status', 'available'])
      table.index(['workspace_id', 'price_min_cents'])
    })

    this.schema.createTable('product_texts', (table) => {
      table.uuid('workspace_id').notNullable()
      table.uuid('product_id').notNullable()
      table.text('locale').notNullable()
      table.text('title').notNullable()
      table.text('description').notNullable().defaultTo('')
      table.text('category').notNullable().defaultTo('')
      table.specificType('tags', 'text[]').notNullable().defaultTo('{}')
      table.jsonb('attributes').notNullable().defaultTo('{}')
      // Option names and values of the variants in this language, one string, searched as such.
      table.text('options_text').notNullable().defaultTo('')
      table.specificType('search', 'tsvector').notNullable()
      table.primary(['product_id', 'locale'])
      table
        .foreign(['workspace_id', 'product_id'])
        .references(['workspace_id', 'id'])
        .inTable('products')
        .onDelete('CASCADE')
      table.index(['workspace_id', 'locale', 'category'])
    })
    this.schema.raw('create index product_texts_search_index on product_texts using gin (search)')
    this.schema.raw(
      'create index product_texts_title_index on product_texts using gin (catalog_plain(title) gin_trgm_ops)'
    )

    this.schema.createTable('product_variants', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.uuid('workspace_id').notNullable()
      table.uuid('product_id').notNullable()
      // What identifies the variant inside its product: the SKU, else its options.
      table.text('key').notNullable()
      table.text('sku').nullable()
      // {"fr": {"couleur": "bleu"}, "en": {"color": "blue"}}
      table.jsonb('options').notNullable().defaultTo('{}')
      table.bigInteger('price_cents').notNullable()
      table.bigInteger('compare_at_cents').nullable()
      table.integer('stock').nullable()
      table.boolean('available').notNullable()
      table.text('image_url').nullable()
      table.integer('position').notNullable()
      table.unique(['workspace_id', 'id'])
      table.unique(['product_id', 'key'])
      table
        .foreign(['workspace_id', 'product_id'])
        .references(['workspace_id', 'id'])
        .inTable('products')
        .onDelete('CASCADE')
      table.index(['workspace_id', 'sku'])
    })

    this.schema.createTable('product_images', (table) => {
      table.uuid('workspace_id').notNullable()
      table.uuid('product_id').notNullable()
      table.integer('position').notNullable()
      table.text('url').notNullable()
      table.text('alt').nullable()
      table.primary(['product_id', 'position'])
      table
        .foreign(['workspace_id', 'product_id'])
        .references(['workspace_id', 'id'])
        .inTable('products')
        .onDelete('CASCADE')
    })

    // Words of the catalogue as shops write them (no accents), for spelling and for choosing
    // which synonyms are worth searching.
    this.schema.createTable('product_terms', (table) => {
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.text('locale').notNullable()
      table.text('word').notNullable()
      // Products with the word in title, category, tags, attributes or options.
      table.integer('labels').notNullable().defaultTo(0)
      // Products with the word anywhere.
      table.integer('anywhere').notNullable().defaultTo(0)
      table.primary(['workspace_id', 'locale', 'word'])
    })
  }

  override async down() {
    for (const table of [
      'product_terms',
      'product_images',
      'product_variants',
      'product_texts',
      'products',
      'catalogs',
    ]) {
      this.schema.dropTable(table)
    }
  }
}
