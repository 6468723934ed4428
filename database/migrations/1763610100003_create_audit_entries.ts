import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('audit_entries', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.text('actor_kind').notNullable().checkIn(['user', 'api_key', 'system'])
      table.uuid('actor_user_id').nullable().references('users.id').onDelete('SET NULL')
      table.text('actor_label').nullable()
      table.text('action').notNullable()
      table.text('subject_type').nullable()
      table.text('subject_id').nullable()
      table.jsonb('details').notNullable().defaultTo('{}')
      table.timestamp('created_at').notNullable().defaultTo(this.now())
      table.unique(['workspace_id', 'id'])
      table.index(['workspace_id', 'action', 'id'])
      table.index(['actor_user_id'])
    })

    // A trail that can be edited proves nothing. Only the foreign keys above may touch a row
    // (their triggers run one level deeper): a closed workspace, an erased person.
    this.schema.raw(`
      create function audit_entries_are_final() returns trigger language plpgsql as $$
      begin
        if pg_trigger_depth() > 1 then
          return case when tg_op = 'DELETE' then old else new end;
        end if;
        raise exception 'audit entries are never changed or deleted';
      end $$;
      create trigger audit_entries_are_final before update or delete on audit_entries
        for each row execute function audit_entries_are_final();
    `)
  }

  override async down() {
    this.schema.dropTable('audit_entries')
    this.schema.raw('drop function audit_entries_are_final()')
  }
}
