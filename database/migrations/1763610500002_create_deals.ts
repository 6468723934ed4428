import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    // A stage with a `name` of its own shows it; the others are translated by their key.
    this.schema.raw(`
      create table stages (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        key text not null,
        name text check (length(name) between 1 and 60),
        position smallint not null,
        probability smallint not null check (probability between 0 and 100),
        is_won boolean not null default false,
        unique (workspace_id, id),
        unique (workspace_id, key)
      )
    `)

    this.schema.raw(`
      create table deals (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        title text not null check (length(title) between 1 and 200),
        prospect_id uuid,
        company_id uuid,
        stage_id uuid not null,
        status text not null default 'open' check (status in ('open', 'won', 'lost')),
        amount_cents bigint check (amount_cents between 0 and 100000000000),
        currency text not null default 'EUR' check (length(currency) = 3),
        probability smallint check (probability between 0 and 100),
        source text not null default 'manual' check (length(source) <= 60),
        interest text check (length(interest) <= 2000),
        conversation_id uuid,
        owner_id uuid references users on delete set null,
        expected_close date,
        position double precision not null default 0,
        entered_stage_at timestamptz not null default now(),
        won_at timestamptz,
        lost_at timestamptz,
        lost_reason text check (length(lost_reason) <= 500),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (workspace_id, id),
        foreign key (workspace_id, prospect_id) references prospects (workspace_id, id)
          on delete set null (prospect_id),
        foreign key (workspace_id, company_id) references companies (workspace_id, id)
          on delete set null (company_id),
        foreign key (workspace_id, stage_id) references stages (workspace_id, id),
        check ((status = 'won') = (won_at is not null)),
        check ((status = 'lost') = (lost_at is not null))
      )
    `)
    for (const statement of [
      `create unique index deals_open_conversation on deals (workspace_id, conversation_id)
         where conversation_id is not null and status = 'open'`,
      `create index deals_conversation on deals (workspace_id, conversation_id)
         where conversation_id is not null`,
      `create index deals_board on deals (workspace_id, stage_id, position desc, id desc)
         include (amount_cents) where status = 'open'`,
      `create index deals_newest on deals (workspace_id, created_at desc, id desc)`,
      `create index deals_prospect on deals (workspace_id, prospect_id)`,
      `create index deals_company on deals (workspace_id, company_id)
         where company_id is not null`,
      `create index deals_won on deals (workspace_id, won_at desc) where status = 'won'`,
      `create index deals_lost on deals (workspace_id, lost_at desc) where status = 'lost'`,
    ]) {
      this.schema.raw(statement)
    }

    this.schema.raw(`
      create table deal_events (
        id uuid primary key default uuidv7(),
        workspace_id uuid not null references workspaces on delete cascade,
        deal_id uuid not null,
        kind text not null check (kind in ('created', 'moved', 'won', 'lost', 'reopened')),
        from_stage_id uuid,
        to_stage_id uuid,
        amount_cents bigint,
        reason text,
        actor_kind text not null default 'system'
          check (actor_kind in ('user', 'api_key', 'system')),
        actor_id uuid,
        at timestamptz not null default now(),
        foreign key (workspace_id, deal_id) references deals (workspace_id, id) on delete cascade
      )
    `)
    this.schema.raw('create index deal_events_deal on deal_events (workspace_id, deal_id, at, id)')
    this.schema.raw('create index deal_events_at on deal_events (workspace_id, at)')

    // History is written once. It goes away only together with its deal.
    this.schema.raw(`
      create function crm_keep_deal_events() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' and not exists (
          select 1 from deals where id = old.deal_id and workspace_id = old.workspace_id
        ) then
          return old;
        end if;
        raise exception 'deal_events is append-only' using errcode = 'restrict_violation';
      end $$
    `)
    this.schema.raw(`
      create trigger deal_events_append_only before update or delete on deal_events
      for each row execute function crm_keep_deal_events()
    `)
  }

  override async down() {
    this.schema.dropTable('deal_events')
    this.schema.raw('drop function crm_keep_deal_events')
    this.schema.dropTable('deals')
    this.schema.dropTable('stages')
  }
}
