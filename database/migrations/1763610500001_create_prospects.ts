import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.raw('create extension if not exists btree_gin')

    // `unaccent` is only stable, because its dictionary could change; ours never does. Search
    // columns and queries fold text through this one function.
    this.schema.raw(`
      create function crm_fold(value text) returns text
      language sql immutable parallel safe strict
      return public.unaccent('public.unaccent'::regdictionary, lower(value))
    `)

    this.schema.raw(`
      create table companies (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        name text not null check (length(name) between 1 and 200),
        website text,
        country text check (length(country) = 2),
        import_id uuid,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (workspace_id, id)
      )
    `)
    this.schema.raw('create unique index companies_name on companies (workspace_id, lower(name))')

    this.schema.raw(`
      create table prospects (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        company_id uuid,
        name text check (length(name) <= 200),
        first_name text check (length(first_name) <= 100),
        last_name text check (length(last_name) <= 100),
        email citext check (length(email) <= 254),
        phone text check (length(phone) <= 20),
        company_name text,
        job_title text check (length(job_title) <= 200),
        city text check (length(city) <= 200),
        country text check (length(country) = 2),
        locale text not null default 'en',
        source text not null default 'manual' check (length(source) <= 60),
        consent_status text not null default 'unknown'
          check (consent_status in ('unknown', 'given', 'refused', 'withdrawn')),
        consent_basis text
          check (consent_basis in ('consent', 'contract', 'legitimate_interest')),
        consent_at timestamptz,
        consent_source text check (length(consent_source) <= 500),
        tags text[] not null default '{}',
        custom jsonb not null default '{}',
        signals jsonb not null default '{}',
        message_count integer not null default 0,
        score smallint not null default 0 check (score between 0 and 100),
        score_reasons jsonb not null default '[]',
        import_id uuid,
        last_activity_at timestamptz not null default now(),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        search text generated always as (
          crm_fold(coalesce(name, '') || ' ' || coalesce(email::text, '') || ' ' ||
            coalesce(phone, '') || ' ' || coalesce(company_name, ''))
        ) stored,
        unique (workspace_id, id),
        foreign key (workspace_id, company_id) references companies (workspace_id, id)
          on delete set null (company_id)
      )
    `)
    for (const statement of [
      `create unique index prospects_email on prospects (workspace_id, email)
         where email is not null`,
      `create unique index prospects_phone on prospects (workspace_id, phone)
         where phone is not null`,
      `create index prospects_activity
         on prospects (workspace_id, last_activity_at desc, id desc)`,
      `create index prospects_score on prospects (workspace_id, score desc, id desc)`,
      `create index prospects_newest on prospects (workspace_id, created_at desc, id desc)`,
      `create index prospects_source
         on prospects (workspace_id, source, last_activity_at desc, id desc)`,
      `create index prospects_company on prospects (workspace_id, company_id)
         where company_id is not null`,
      `create index prospects_import on prospects (workspace_id, import_id)
         where import_id is not null`,
      `create index prospects_anonymous on prospects
         (workspace_id, lower(coalesce(name, '')), lower(coalesce(company_name, '')))
         where email is null and phone is null`,
      `create index prospects_tags on prospects using gin (workspace_id, tags)`,
      `create index prospects_search on prospects
         using gin (workspace_id, search gin_trgm_ops)`,
    ]) {
      this.schema.raw(statement)
    }
  }

  override async down() {
    this.schema.dropTable('prospects')
    this.schema.dropTable('companies')
    this.schema.raw('drop function crm_fold')
  }
}
