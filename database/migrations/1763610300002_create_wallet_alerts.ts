import { BaseSchema } from '@adonisjs/lucid/schema'

/** Notices at 80, 95 and 100 %: written with the debit that crosses the line, delivered later. */
export default class extends BaseSchema {
  override async up() {
    this.schema.raw(`
      create table wallet_alerts (
        workspace_id uuid not null,
        id uuid not null default uuidv7(),
        asset wallet_asset not null,
        period_start date not null,
        threshold integer not null check (threshold in (80, 95, 100)),
        granted bigint not null,
        available bigint not null,
        created_at timestamptz not null,
        cleared_at timestamptz,
        delivered_at timestamptz,
        primary key (workspace_id, id),
        foreign key (workspace_id, asset) references wallets on delete cascade
      )`)
    // A purchase clears the alert; only then may the same line be announced again.
    this.schema.raw(`
      create unique index wallet_alerts_once
        on wallet_alerts (workspace_id, asset, period_start, threshold) where cleared_at is null`)
    this.schema.raw(`
      create index wallet_alerts_undelivered on wallet_alerts (created_at)
        where delivered_at is null`)
  }

  override async down() {
    this.schema.raw('drop table wallet_alerts')
  }
}
