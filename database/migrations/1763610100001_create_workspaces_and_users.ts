import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.raw('create extension if not exists pg_trgm')
    this.schema.raw('create extension if not exists unaccent')
    this.schema.raw('create extension if not exists citext')

    this.schema.createTable('users', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.specificType('email', 'citext').notNullable().unique()
      table.text('password').nullable()
      table.text('full_name').nullable()
      table.text('locale').notNullable().defaultTo('en')
      table.text('google_id').nullable().unique()
      table.timestamp('email_verified_at').nullable()
      // Every session carries the version it was opened under; raising it signs all of them out.
      table.integer('session_version').notNullable().defaultTo(1)
      // Looks after the box: its keys, its bills. The first account, see below.
      table.boolean('is_operator').notNullable().defaultTo(false)
      table.timestamps({ defaultToNow: true, useTimestamps: true })
    })

    // However an account is made, the first one is the operator's. Two that come first at the same
    // moment wait for each other: each query of the function sees what is committed by then.
    this.schema.raw(`
      create function users_first_is_operator() returns trigger language plpgsql as $$
      begin
        if not exists (select 1 from users) then
          perform pg_advisory_xact_lock(hashtext('users_first_is_operator'));
          new.is_operator := new.is_operator or not exists (select 1 from users);
        end if;
        return new;
      end $$`)
    this.schema.raw(`
      create trigger users_first_is_operator before insert on users
        for each row execute function users_first_is_operator()`)

    this.schema.createTable('workspaces', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.text('name').notNullable()
      table.text('slug').notNullable().unique()
      table.text('locale').notNullable().defaultTo('en')
      table.text('timezone').notNullable().defaultTo('Europe/Paris')
      table.string('currency', 3).notNullable().defaultTo('EUR')
      table.timestamps({ defaultToNow: true, useTimestamps: true })
    })

    this.schema.createTable('memberships', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.uuid('user_id').notNullable().references('users.id').onDelete('CASCADE')
      table.text('role').notNullable().checkIn(['owner', 'manager', 'agent', 'viewer'])
      table.timestamps({ defaultToNow: true, useTimestamps: true })
      table.unique(['workspace_id', 'user_id'])
      table.index(['user_id'])
    })

    this.schema.createTable('api_keys', (table) => {
      table.increments('id')
      table.uuid('tokenable_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.text('type').notNullable()
      table.text('name').nullable()
      table.text('hash').notNullable().unique()
      table.text('abilities').notNullable()
      table.uuid('created_by').nullable().references('users.id').onDelete('SET NULL')
      table.timestamp('created_at').notNullable()
      table.timestamp('updated_at').notNullable()
      table.timestamp('last_used_at').nullable()
      table.timestamp('expires_at').nullable()
      table.index(['tokenable_id'])
    })
  }

  override async down() {
    this.schema.dropTable('api_keys')
    this.schema.dropTable('memberships')
    this.schema.dropTable('workspaces')
    this.schema.dropTable('users')
    this.schema.raw('drop function users_first_is_operator()')
  }
}
