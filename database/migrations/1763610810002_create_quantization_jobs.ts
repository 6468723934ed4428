import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    // `message_id` is the queue's message that works on the row: the same message, delivered again
    // after a crash, finds its row by it and goes on where the last attempt stopped.
    this.schema.raw(`
      create table quantization_jobs (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        model_id uuid not null,
        method text not null check (method in ('int8', 'gguf', 'gptq', 'awq')),
        type text check (length(type) <= 20),
        options jsonb not null default '{}',
        has_calibration boolean not null default false,
        state text not null default 'queued'
          check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
        priority smallint not null default 0,
        stage text,
        progress real not null default 0,
        eta_seconds integer,
        item text,
        bytes_done bigint,
        bytes_total bigint,
        attempts smallint not null default 0,
        message_id uuid,
        hold_id uuid,
        rerun_of uuid,
        result jsonb,
        evaluation jsonb,
        verdict text check (verdict in ('pass', 'look_closer', 'fail')),
        verdict_reasons jsonb,
        error jsonb,
        bytes_before bigint,
        bytes_after bigint,
        local_model_at timestamptz,
        created_by uuid references users on delete set null,
        created_at timestamptz not null default now(),
        started_at timestamptz,
        heard_at timestamptz,
        finished_at timestamptz,
        files_removed_at timestamptz,
        unique (workspace_id, id),
        foreign key (workspace_id, model_id) references quantization_models (workspace_id, id)
          on delete cascade,
        foreign key (workspace_id, rerun_of) references quantization_jobs (workspace_id, id)
          on delete set null (rerun_of)
      )
    `)
    for (const statement of [
      'create index quantization_jobs_newest on quantization_jobs (workspace_id, id desc)',
      'create index quantization_jobs_state on quantization_jobs (workspace_id, state, id desc)',
      'create index quantization_jobs_model on quantization_jobs (workspace_id, model_id, id desc)',
      `create index quantization_jobs_rerun on quantization_jobs (workspace_id, rerun_of)
         where rerun_of is not null`,
      `create index quantization_jobs_queue on quantization_jobs (workspace_id, priority desc, id)
         where state = 'queued'`,
      `create index quantization_jobs_running on quantization_jobs (message_id)
         where state = 'running'`,
      `create index quantization_jobs_started on quantization_jobs (workspace_id, started_at desc)
         where started_at is not null`,
      `create index quantization_jobs_kept on quantization_jobs (finished_at)
         where finished_at is not null and files_removed_at is null`,
    ]) {
      this.schema.raw(statement)
    }

    this.schema.raw(`
      create table quantization_files (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null,
        job_id uuid not null,
        name text not null check (length(name) between 1 and 1000),
        bytes bigint not null,
        sha256 text not null,
        unique (workspace_id, job_id, name),
        foreign key (workspace_id, job_id) references quantization_jobs (workspace_id, id)
          on delete cascade
      )
    `)

    this.schema.raw(`
      create table quantization_downloads (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null,
        job_id uuid not null,
        created_by uuid references users on delete set null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        revoked_at timestamptz,
        used_at timestamptz,
        unique (workspace_id, id),
        foreign key (workspace_id, job_id) references quantization_jobs (workspace_id, id)
          on delete cascade
      )
    `)
    this.schema.raw(`
      create index quantization_downloads_job
        on quantization_downloads (workspace_id, job_id, id desc)
    `)

    // Absent row: the defaults of config/quantization.ts.
    this.schema.raw(`
      create table quantization_settings (
        workspace_id uuid primary key references workspaces on delete cascade,
        thresholds jsonb not null default '{}',
        savings jsonb not null default '{}',
        keep_days integer check (keep_days between 1 and 3650),
        updated_at timestamptz not null default now()
      )
    `)
  }

  override async down() {
    this.schema.dropTable('quantization_settings')
    this.schema.dropTable('quantization_downloads')
    this.schema.dropTable('quantization_files')
    this.schema.dropTable('quantization_jobs')
  }
}
