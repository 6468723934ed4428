import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.raw(`
      create table tasks (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        title text not null check (length(title) between 1 and 200),
        due_on date,
        assignee_id uuid references users on delete set null,
        done_at timestamptz,
        deal_id uuid,
        prospect_id uuid,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (workspace_id, id),
        foreign key (workspace_id, deal_id) references deals (workspace_id, id)
          on delete cascade,
        foreign key (workspace_id, prospect_id) references prospects (workspace_id, id)
          on delete cascade
      )
    `)
    this.schema.raw(`
      create table notes (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        body text not null check (length(body) between 1 and 10000),
        author_id uuid references users on delete set null,
        deal_id uuid,
        prospect_id uuid,
        created_at timestamptz not null default now(),
        unique (workspace_id, id),
        foreign key (workspace_id, deal_id) references deals (workspace_id, id)
          on delete cascade,
        foreign key (workspace_id, prospect_id) references prospects (workspace_id, id)
          on delete cascade
      )
    `)
    for (const statement of [
      `create index tasks_open on tasks (workspace_id, due_on, id) where done_at is null`,
      `create index tasks_done on tasks (workspace_id, done_at desc) where done_at is not null`,
      `create index tasks_deal on tasks (workspace_id, deal_id) where deal_id is not null`,
      `create index tasks_prospect on tasks (workspace_id, prospect_id)
         where prospect_id is not null`,
      `create index notes_deal on notes (workspace_id, deal_id, created_at desc)
         where deal_id is not null`,
      `create index notes_prospect on notes (workspace_id, prospect_id, created_at desc)
         where prospect_id is not null`,
    ]) {
      this.schema.raw(statement)
    }
  }

  override async down() {
    this.schema.dropTable('notes')
    this.schema.dropTable('tasks')
  }
}
