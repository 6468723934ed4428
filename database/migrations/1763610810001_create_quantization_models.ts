import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    // `entry` is what the GPU process is shown: a file below the model's folder, or '' for the
    // folder itself; for a model that lies elsewhere on the box, `location` is its whole path.
    // A deleted model keeps its row, which its jobs and their entries in the ledger name.
    this.schema.raw(`
      create table quantization_models (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        name text not null check (length(name) between 1 and 200),
        state text not null default 'reading'
          check (state in ('fetching', 'reading', 'ready', 'refused')),
        origin text not null default 'upload' check (origin in ('upload', 'path', 'hub')),
        location text check (length(location) <= 4096),
        entry text check (length(entry) <= 1000),
        bytes bigint not null default 0,
        format text,
        architecture text,
        parameters bigint,
        inspection jsonb,
        failure jsonb,
        progress real not null default 0,
        created_by uuid references users on delete set null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        deleted_at timestamptz,
        unique (workspace_id, id)
      )
    `)
    this.schema.raw(`
      create index quantization_models_newest on quantization_models (workspace_id, id desc)
        where deleted_at is null
    `)

    // What the resumable uploads protocol knows of a file stands beside the file; this row says
    // whose it is, and which model took it.
    this.schema.raw(`
      create table quantization_uploads (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        name text not null check (length(name) between 1 and 300),
        bytes bigint,
        received_at timestamptz,
        model_id uuid,
        created_by uuid references users on delete set null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null default now() + interval '7 days',
        unique (workspace_id, id),
        foreign key (workspace_id, model_id) references quantization_models (workspace_id, id)
          on delete set null (model_id)
      )
    `)
    this.schema.raw(`
      create index quantization_uploads_open on quantization_uploads (workspace_id, id)
        where model_id is null
    `)
    this.schema.raw(`
      create index quantization_uploads_expiry on quantization_uploads (expires_at)
        where model_id is null
    `)
    this.schema.raw(`
      create index quantization_uploads_model on quantization_uploads (workspace_id, model_id)
        where model_id is not null
    `)
  }

  override async down() {
    this.schema.dropTable('quantization_uploads')
    this.schema.dropTable('quantization_models')
  }
}
