import db from '@adonisjs/lucid/services/db'

/** How long messages stay readable in the outbox of a box without a mail server. */
const OUTBOX_DAYS = 90
/** How long the notice centre keeps what has been read. */
const READ_NOTICE_DAYS = 180

export interface SweptAccounts {
  outboxMessages: number
  notices: number
  invitations: number
  passwordResets: number
}

/** Deletes what nobody can use any more, in every workspace. Answers how many rows of each. */
export async function sweepAccounts(): Promise<SweptAccounts> {
  return {
    outboxMessages: await deleted(
      `delete from outbox_messages where created_at < now() - make_interval(days => ${OUTBOX_DAYS})`
    ),
    notices: await deleted(
      `delete from notices
       where read_at is not null and created_at < now() - make_interval(days => ${READ_NOTICE_DAYS})`
    ),
    invitations: await deleted('delete from invitations where expires_at < now()'),
    passwordResets: await deleted('delete from password_resets where expires_at < now()'),
  }
}

async function deleted(sql: string): Promise<number> {
  const { rowCount } = await db.rawQuery<{ rowCount: number }>(sql)
  return rowCount
}
