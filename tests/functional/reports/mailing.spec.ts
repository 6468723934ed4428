import { randomUUID } from 'node:crypto'
import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { withMailing } from '#app/reports/mailing/claim_mailing'
import { findDueMailings } from '#app/reports/mailing/find_due_mailings'
import { PrepareMailing } from '#app/reports/mailing/prepare_mailing'
import { SendMailing } from '#app/reports/mailing/send_mailing'
import { subscribe, unsubscribe } from '#app/reports/services/subscriptions'
import { SendWeeklyReports } from '#reports'
import { Membership, type Workspace } from '#accounts'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import { aWonConversation, DUE, openedLongAgo, WEEK } from './facts.js'

const QUARTER = 15 * 60_000

async function outboxOf(workspace: Workspace) {
  return db.from('outbox_messages').where('workspace_id', workspace.id).orderBy('created_at')
}

async function isDue(workspace: Workspace, now: Date): Promise<boolean> {
  const due = await findDueMailings(now)
  return due.some((one) => one.workspaceId === workspace.id)
}

async function givenASubscribedWorkspace() {
  const given = await givenAWorkspace({ workspaceName: 'Refuge des Écrins', locale: 'fr' })
  await openedLongAgo(given.workspace)
  return { ...given, mailing: { workspaceId: given.workspace.id, week: WEEK } as const }
}

/** A second member of the workspace, who reads English. */
async function givenASecondReader(workspace: Workspace) {
  const { user } = await givenAWorkspace()
  await Membership.create({ workspaceId: workspace.id, userId: user.id, role: 'viewer' })
  await subscribe(workspace.id, user.id, 'en')
  return user
}

test.group('Reports: every Monday', () => {
  test('is due from Monday 08:00 on the workspace’s own clock', async ({ assert }) => {
    const { workspace } = await givenASubscribedWorkspace()
    assert.isFalse(await isDue(workspace, new Date(DUE.getTime() - 1)))
    assert.isTrue(await isDue(workspace, DUE))
    assert.isTrue(await isDue(workspace, new Date(DUE.getTime() + 5 * 86_400_000)))

    const { workspace: far } = await givenAWorkspace({ timezone: 'America/New_York' })
    await openedLongAgo(far)
    const due = (now: Date) =>
      findDueMailings(now).then((all) => all.filter((one) => one.workspaceId === far.id))
    assert.isEmpty(await due(DUE))
    const [found] = await due(new Date('2026-11-09T13:00:00Z'))
    assert.equal(found?.week, WEEK)
  })

  test('nothing is due without subscribers, or before the workspace existed', async ({
    assert,
  }) => {
    const { workspace, user } = await givenASubscribedWorkspace()
    await unsubscribe(workspace.id, user.id)
    assert.isFalse(await isDue(workspace, DUE))

    const { workspace: young } = await givenAWorkspace()
    assert.isFalse(await isDue(young, DUE))
  })

  test('sends one e-mail with the PDF to each subscriber in their language', async ({ assert }) => {
    const { workspace, user, mailing } = await givenASubscribedWorkspace()
    const reader = await givenASecondReader(workspace)
    await aWonConversation(workspace, 65_400)
    await new PrepareMailing().handle(mailing, DUE)
    await new SendMailing().handle(mailing)

    const messages = await outboxOf(workspace)
    assert.sameMembers(
      messages.map((one) => one.to),
      [user.email, reader.email]
    )
    const french = messages.find((one) => one.to === user.email)
    const english = messages.find((one) => one.to === reader.email)
    assert.include(french.subject, 'Refuge des Écrins\u00a0: semaine 45')
    assert.include(french.html, 'Ouvrir le rapport')
    assert.include(english.subject, 'week 45')
    assert.equal(french.attachments[0].contentType, 'application/pdf')
    assert.equal(french.attachments[0].filename, `rapport-${WEEK}.pdf`)
    const pdf = Buffer.from(french.attachments[0].contentBase64, 'base64')
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')

    const files = await db.from('report_files').where('workspace_id', workspace.id)
    assert.sameMembers(
      files.map((file) => file.locale),
      ['fr', 'en']
    )
    assert.isFalse(await isDue(workspace, new Date(DUE.getTime() + QUARTER)))
  })

  test('two runs at once send once', async ({ assert }) => {
    const { workspace, mailing } = await givenASubscribedWorkspace()
    const run = async () => {
      await new PrepareMailing().handle(mailing, DUE)
      await new SendMailing().handle(mailing)
    }
    await Promise.all([run(), run(), run()])
    await run()
    assert.lengthOf(await outboxOf(workspace), 1)
  })

  test('a mailing that another process holds is left alone until its claim runs out', async ({
    assert,
  }) => {
    const { workspace, mailing } = await givenASubscribedWorkspace()
    await new PrepareMailing().handle(mailing, DUE)
    const row = db.from('weekly_mailings').where('workspace_id', workspace.id)
    const claim = randomUUID()
    await row.clone().update({ claim, claimed_until: db.raw("now() + interval '1 minute'") })
    await new SendMailing().handle(mailing)
    assert.lengthOf(await outboxOf(workspace), 0)

    await row.clone().update({ claimed_until: db.raw('now()') })
    await new SendMailing().handle(mailing)
    assert.lengthOf(await outboxOf(workspace), 1)
  })

  test('who lost the mailing to another process stops there', async ({ assert }) => {
    const { workspace, mailing } = await givenASubscribedWorkspace()
    const held = await withMailing(mailing, async (claimed) => {
      assert.isTrue(await claimed.keep())
      // No transaction is open meanwhile: the row can be written by others.
      await db
        .from('weekly_mailings')
        .where('workspace_id', workspace.id)
        .update({ claim: randomUUID() })
      assert.isFalse(await claimed.keep())
    })
    assert.isTrue(held)
    assert.isFalse(await withMailing(mailing, async () => assert.fail('The other one holds it')))
  })

  test('after a crash before any e-mail, the next run sends the same copy', async ({ assert }) => {
    const { workspace, mailing } = await givenASubscribedWorkspace()
    await new PrepareMailing().handle(mailing, DUE)
    const before = await db.from('report_files').where('workspace_id', workspace.id).first()
    await new SendWeeklyReports().handle(new Date(DUE.getTime() + QUARTER))
    const after = await db.from('report_files').where('workspace_id', workspace.id)
    assert.lengthOf(after, 1)
    assert.equal(after[0].id, before.id)
    assert.lengthOf(await outboxOf(workspace), 1)
  })

  test('after a crash between two e-mails, only the second one is sent', async ({ assert }) => {
    const { workspace, mailing } = await givenASubscribedWorkspace()
    await givenASecondReader(workspace)
    await new PrepareMailing().handle(mailing, DUE)
    await new SendMailing().handle(mailing)
    await crash(workspace, { sent_at: null, sending_at: null }, 1)
    await db.from('outbox_messages').where('workspace_id', workspace.id).delete()

    await new SendMailing().handle(mailing)
    assert.lengthOf(await outboxOf(workspace), 1)
  })

  test('after a crash between sending and noting it, nobody gets a second e-mail', async ({
    assert,
  }) => {
    const { workspace, mailing } = await givenASubscribedWorkspace()
    await new PrepareMailing().handle(mailing, DUE)
    await new SendMailing().handle(mailing)
    await crash(workspace, { sent_at: null }, 1)

    await new SendMailing().handle(mailing)
    assert.lengthOf(await outboxOf(workspace), 1)
    const [row] = await db.from('report_recipients').where('workspace_id', workspace.id)
    assert.isNotNull(row.sent_at)
  })

  test('a member who left gets nothing', async ({ assert }) => {
    const { workspace, mailing } = await givenASubscribedWorkspace()
    const reader = await givenASecondReader(workspace)
    await db.from('memberships').where({ workspace_id: workspace.id, user_id: reader.id }).delete()
    await new PrepareMailing().handle(mailing, DUE)
    await new SendMailing().handle(mailing)
    const messages = await outboxOf(workspace)
    assert.notInclude(
      messages.map((one) => one.to),
      reader.email
    )
  })
})

/** Leaves the rows as a process that was killed would have left them. */
async function crash(workspace: Workspace, state: Record<string, null>, recipients: number) {
  await db.from('weekly_mailings').where('workspace_id', workspace.id).update({ finished_at: null })
  const rows = await db
    .from('report_recipients')
    .where('workspace_id', workspace.id)
    .limit(recipients)
  for (const row of rows) await db.from('report_recipients').where('id', row.id).update(state)
}
