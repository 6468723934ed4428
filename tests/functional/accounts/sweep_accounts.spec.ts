import { randomUUID } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { sweepAccounts } from '#app/accounts/jobs/sweep_accounts'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)

test.group('Accounts: the daily sweep', () => {
  test('deletes old messages, old read notices and what has expired', async ({ assert }) => {
    const { workspace, user } = await givenAWorkspace()
    const { user: other } = await givenAWorkspace()
    const mine = { workspace_id: workspace.id }

    for (const [to, days] of [['old', 91] as const, ['new', 89] as const]) {
      const message = { message_id: randomUUID(), subject: 'x', to, created_at: daysAgo(days) }
      await db.table('outbox_messages').insert({ ...mine, ...message })
    }
    for (const [kind, days, read] of [
      ['old', 181, daysAgo(100)] as const,
      ['unread', 181, null] as const,
      ['recent', 179, daysAgo(100)] as const,
    ]) {
      const notice = { kind, title_key: 'x', body_key: 'x', in_app: true }
      const times = { created_at: daysAgo(days), read_at: read }
      await db.table('notices').insert({ ...mine, user_id: user.id, ...notice, ...times })
    }
    for (const [name, days] of [['expired', 1] as const, ['open', -1] as const]) {
      await db.table('invitations').insert({
        ...mine,
        email: `${name}-${workspace.id}@example.com`,
        role: 'agent',
        token_hash: randomUUID(),
        expires_at: daysAgo(days),
      })
    }
    for (const [userId, days] of [[user.id, 1] as const, [other.id, -1] as const]) {
      await db
        .table('password_resets')
        .insert({ user_id: userId, token_hash: randomUUID(), expires_at: daysAgo(days) })
    }

    await sweepAccounts()

    const kept = async (table: string, column: string) =>
      (await db.from(table).where(mine).orderBy(column)).map((row) => row[column] as string)
    assert.deepEqual(await kept('outbox_messages', 'to'), ['new'])
    assert.deepEqual(await kept('notices', 'kind'), ['recent', 'unread'])
    const [invited, ...more] = await kept('invitations', 'email')
    assert.match(String(invited), /^open-/)
    assert.isEmpty(more)
    const resets = await db.from('password_resets').whereIn('user_id', [user.id, other.id])
    assert.deepEqual(
      resets.map((row) => row.user_id),
      [other.id]
    )
  })
})
