import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.raw(`
      create table report_settings (
        workspace_id uuid primary key references workspaces on delete cascade,
        gross_margin_percent numeric(5, 2)
          check (gross_margin_percent > 0 and gross_margin_percent <= 100),
        -- Units of the workspace's currency for one US dollar.
        usd_rate numeric(14, 6) not null check (usd_rate > 0),
        updated_at timestamptz not null default now()
      )
    `)

    // A member who leaves the workspace stops receiving its report at once.
    this.schema.raw(`
      create table report_subscriptions (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        user_id uuid not null,
        -- Null: the language of the person's account.
        locale text check (locale in ('en', 'fr')),
        -- Null until the person has said that they want the report.
        confirmed_at timestamptz,
        created_at timestamptz not null default now(),
        unique (workspace_id, id),
        unique (workspace_id, user_id),
        foreign key (workspace_id, user_id)
          references memberships (workspace_id, user_id) on delete cascade
      )
    `)

    // Facts of weeks that are over, so that a page does not count eight weeks anew.
    this.schema.raw(`
      create table report_week_facts (
        workspace_id uuid not null references workspaces on delete cascade,
        week text not null check (week ~ '^[0-9]{4}-W[0-9]{2}$'),
        facts jsonb not null,
        counted_at timestamptz not null default now(),
        primary key (workspace_id, week)
      )
    `)
  }

  override async down() {
    this.schema.dropTable('report_week_facts')
    this.schema.dropTable('report_subscriptions')
    this.schema.dropTable('report_settings')
  }
}
