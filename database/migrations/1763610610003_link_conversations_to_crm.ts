import { BaseSchema } from '@adonisjs/lucid/schema'

/** Composite keys: the database itself refuses a link to another workspace's prospect or deal. */
export default class extends BaseSchema {
  override async up() {
    this.schema.raw(`
      alter table conversations
        add constraint conversations_prospect_fk foreign key (workspace_id, prospect_id)
          references prospects (workspace_id, id) on delete set null (prospect_id),
        add constraint conversations_deal_fk foreign key (workspace_id, deal_id)
          references deals (workspace_id, id) on delete set null (deal_id)`)
  }

  override async down() {
    this.schema.raw(`
      alter table conversations
        drop constraint conversations_prospect_fk,
        drop constraint conversations_deal_fk`)
  }
}
