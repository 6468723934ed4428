import { BaseSchema } from '@adonisjs/lucid/schema'

/** Contacts are looked up by the words of a message before it is sent to a model. */
export default class extends BaseSchema {
  override async up() {
    this.schema.raw(`
      create function crm_surname_word(last_name text, name text) returns text
      language sql immutable parallel safe
      return regexp_replace(crm_fold(coalesce(last_name, name)), '^.*[^[:alnum:]]', '')
    `)
    this.schema.raw(`
      create index prospects_surname_word
        on prospects (workspace_id, crm_surname_word(last_name, name))
    `)
    this.schema.raw(`
      create index companies_first_word
        on companies (workspace_id, crm_fold(split_part(name, ' ', 1)))
    `)
  }

  override async down() {
    this.schema.raw('drop index companies_first_word')
    this.schema.raw('drop index prospects_surname_word')
    this.schema.raw('drop function crm_surname_word')
  }
}
