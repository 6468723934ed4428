import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    // `content` holds the uploaded file (gzip) between upload and run, so that any web process
    // can run what another received; it is emptied afterwards.
    this.schema.raw(`
      create table prospect_imports (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        file_name text not null,
        status text not null default 'uploaded'
          check (status in ('uploaded', 'running', 'done', 'failed', 'undone')),
        content bytea,
        encoding text,
        delimiter text,
        headers jsonb not null default '[]',
        mapping jsonb not null default '{}',
        row_count integer not null default 0,
        created_count integer not null default 0,
        updated_count integer not null default 0,
        unchanged_count integer not null default 0,
        duplicate_count integer not null default 0,
        rejected_count integer not null default 0,
        failure text,
        undo_result jsonb,
        actor_id uuid,
        finished_at timestamptz,
        undone_at timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (workspace_id, id)
      )
    `)
    this.schema.raw(`
      create index prospect_imports_newest on prospect_imports (workspace_id, created_at desc)
    `)

    // What an import changed, field by field, so that it can be taken back whole.
    this.schema.raw(`
      create table prospect_import_changes (
        workspace_id uuid not null,
        import_id uuid not null,
        prospect_id uuid not null,
        before jsonb not null,
        after jsonb not null,
        id uuid primary key default uuidv7(),
        foreign key (workspace_id, import_id) references prospect_imports (workspace_id, id)
          on delete cascade,
        foreign key (workspace_id, prospect_id) references prospects (workspace_id, id)
          on delete cascade
      )
    `)
    this.schema.raw(`
      create index prospect_import_changes_import
        on prospect_import_changes (workspace_id, import_id, id)
    `)
    this.schema.raw(`
      create index prospect_import_changes_prospect
        on prospect_import_changes (workspace_id, prospect_id)
    `)

    this.schema.raw(`
      create table prospect_import_rejects (
        workspace_id uuid not null,
        import_id uuid not null,
        line integer not null,
        reason text not null,
        cells jsonb not null,
        id uuid primary key default uuidv7(),
        foreign key (workspace_id, import_id) references prospect_imports (workspace_id, id)
          on delete cascade
      )
    `)
    this.schema.raw(`
      create index prospect_import_rejects_import
        on prospect_import_rejects (workspace_id, import_id, line)
    `)
  }

  override async down() {
    this.schema.dropTable('prospect_import_rejects')
    this.schema.dropTable('prospect_import_changes')
    this.schema.dropTable('prospect_imports')
  }
}
