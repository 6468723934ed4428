import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    // Whoever wrote `claim` works on the mailing until `claimed_until`, and renews it meanwhile.
    this.schema.raw(`
      alter table weekly_mailings
        add column claim uuid,
        add column claimed_until timestamptz not null default now()
    `)
  }

  override async down() {
    this.schema.raw('alter table weekly_mailings drop column claim, drop column claimed_until')
  }
}
