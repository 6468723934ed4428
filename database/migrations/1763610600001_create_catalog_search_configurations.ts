import { BaseSchema } from '@adonisjs/lucid/schema'

/**
 * Text search configurations of the catalogue: the language's stemmer after removing accents,
 * so that "velo", "vélo" and "vélos" are one word. `catalog_simple` serves other languages and
 * the vocabulary of words as shops write them.
 */
const CONFIGURATIONS = [
  { name: 'catalog_fr', copy: 'french', dictionary: 'french_stem' },
  { name: 'catalog_en', copy: 'english', dictionary: 'english_stem' },
  { name: 'catalog_simple', copy: 'simple', dictionary: 'simple' },
]

const WORDS = 'hword, hword_part, word, asciiword, asciihword, hword_asciipart'

export default class extends BaseSchema {
  override async up() {
    for (const { name, copy, dictionary } of CONFIGURATIONS) {
      this.schema.raw(`create text search configuration ${name} (copy = ${copy})`)
      this.schema.raw(
        `alter text search configuration ${name} alter mapping for ${WORDS} with unaccent, ${dictionary}`
      )
    }
    this.schema.raw(`
      create function catalog_config(locale text) returns regconfig
      language sql immutable parallel safe as $$
        select case locale when 'fr' then 'public.catalog_fr'::regconfig
                           when 'en' then 'public.catalog_en'::regconfig
                           else 'public.catalog_simple'::regconfig end
      $$`)
    this.schema.raw(`
      create function catalog_plain(value text) returns text
      language sql immutable parallel safe as $$
        select lower(public.unaccent('public.unaccent'::regdictionary, value))
      $$`)
  }

  override async down() {
    this.schema.raw('drop function catalog_plain(text)')
    this.schema.raw('drop function catalog_config(text)')
    for (const { name } of CONFIGURATIONS) {
      this.schema.raw(`drop text search configuration ${name}`)
    }
  }
}
