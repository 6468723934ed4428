import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    // One row per workspace and closed week.
    this.schema.raw(`
      create table weekly_mailings (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        week text not null check (week ~ '^[0-9]{4}-W[0-9]{2}$'),
        -- Set once the copies and the list of recipients are written.
        prepared_at timestamptz,
        finished_at timestamptz,
        created_at timestamptz not null default now(),
        unique (workspace_id, id),
        unique (workspace_id, week)
      )
    `)
    this.schema.raw(`
      create index weekly_mailings_unfinished on weekly_mailings (created_at)
        where finished_at is null
    `)

    this.schema.raw(`
      create table report_files (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        mailing_id uuid not null,
        week text not null,
        locale text not null check (locale in ('en', 'fr')),
        size_bytes integer not null,
        -- What the e-mail says about the week in one line.
        summary text not null,
        pdf bytea not null,
        created_at timestamptz not null default now(),
        unique (workspace_id, id),
        unique (workspace_id, week, locale),
        foreign key (workspace_id, mailing_id)
          references weekly_mailings (workspace_id, id) on delete cascade
      )
    `)

    this.schema.raw(`
      create table report_recipients (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        mailing_id uuid not null,
        user_id uuid references users on delete set null,
        email text not null,
        name text not null,
        locale text not null check (locale in ('en', 'fr')),
        attempts smallint not null default 0,
        -- Set before the message goes to the mail server, so that a crash leaves a trace.
        sending_at timestamptz,
        sent_at timestamptz,
        last_error text,
        unique (workspace_id, id),
        unique (workspace_id, mailing_id, email),
        foreign key (workspace_id, mailing_id)
          references weekly_mailings (workspace_id, id) on delete cascade
      )
    `)
  }

  override async down() {
    this.schema.dropTable('report_recipients')
    this.schema.dropTable('report_files')
    this.schema.dropTable('weekly_mailings')
  }
}
