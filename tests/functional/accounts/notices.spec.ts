import { test } from '@japa/runner'
import { SMTPServer } from 'smtp-server'
import PostalMime, { type Email } from 'postal-mime'
import type { AddressInfo } from 'node:net'
import db from '@adonisjs/lucid/services/db'
import { Message } from '@adonisjs/mail'
import { notify } from '#accounts'
import { sendNotice } from '#app/accounts/jobs/send_notice'
import { composeNoticeMail } from '#app/accounts/mail/notice_mail'
import { smtpTransport } from '#app/accounts/mail/smtp_transport'
import { givenAMember } from '#tests/functional/accounts/helpers'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const TEXTS = { titleKey: 'accounts.topics.credit', bodyKey: 'accounts.members.list' }

const noticesOf = (workspaceId: string) =>
  db.from('notices').where('workspace_id', workspaceId).orderBy('id')

const mailJobs = async (noticeIds: string[]) => {
  const { rows } = await db.rawQuery(
    `select data ->> 'noticeId' as id from pgboss.job where name = 'accounts.send_notice'
        and data ->> 'noticeId' = any(string_to_array(?, ','))`,
    [noticeIds.join(',')]
  )
  return rows.map((row: { id: string }) => row.id)
}

test.group('Notices', () => {
  test('reach members of the role, in the portal and by a job', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const { user: viewer } = await givenAMember(workspace, 'viewer')
    await notify({
      workspaceId: workspace.id,
      kind: 'wallet.low',
      ...TEXTS,
      data: { count: 3 },
      href: '/wallet',
      minRole: 'manager',
    })
    const rows = await noticesOf(workspace.id)
    assert.deepEqual(
      rows.map((row) => row.user_id),
      [user.id]
    )
    assert.deepEqual(await mailJobs([rows[0].id]), [rows[0].id])

    const page = await client.get('/notices').loginAs(user)
    page.assertStatus(200)
    assert.include(page.text(), '3 members')
    const hidden = await client.get('/notices').loginAs(viewer)
    assert.notInclude(hidden.text(), '3 members')

    const opened = await client
      .post(`/notices/${rows[0].id}/open`)
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    opened.assertHeader('location', '/wallet')
    const foreign = await client
      .post(`/notices/${rows[0].id}/open`)
      .loginAs(viewer)
      .withCsrfToken()
      .redirects(0)
    foreign.assertStatus(404)
    const [read] = await noticesOf(workspace.id)
    assert.isNotNull(read.read_at)
  })

  test('exist only when the transaction commits', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    await db
      .transaction(async (trx) => {
        await notify({ workspaceId: workspace.id, kind: 'job', ...TEXTS }, trx)
        throw new Error('changed my mind')
      })
      .catch(() => {})
    assert.lengthOf(await noticesOf(workspace.id), 0)
  })

  test('follow each reader’s preferences', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const saved = await client
      .post('/settings/notices')
      .form({ 'topics[lead][]': 'email', 'topics[job][]': 'inApp' })
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    saved.assertHeader('location', '/settings/notices')
    await notify({ workspaceId: workspace.id, kind: 'lead', ...TEXTS })
    await notify({ workspaceId: workspace.id, kind: 'job.done', ...TEXTS })
    await notify({ workspaceId: workspace.id, kind: 'credit', ...TEXTS })
    const rows = await noticesOf(workspace.id)
    assert.deepEqual(
      rows.map((row) => [row.kind, row.in_app]),
      [
        ['lead', false],
        ['job.done', true],
      ]
    )
    assert.deepEqual(await mailJobs(rows.map((row) => row.id)), [rows[0].id])
  })

  test('with a key are told once', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const input = { workspaceId: workspace.id, kind: 'credit', ...TEXTS, dedupeKey: '80:2026-11' }
    await Promise.all([notify(input), notify(input), notify(input)])
    assert.lengthOf(await noticesOf(workspace.id), 1)
  })

  test('wait in the outbox without a mail server, and are sent once', async ({ assert }) => {
    const { user, workspace } = await givenAWorkspace()
    await notify({ workspaceId: workspace.id, kind: 'credit', ...TEXTS, data: { count: 2 } })
    const [row] = await noticesOf(workspace.id)
    await sendNotice(row.id)
    await sendNotice(row.id)
    const messages = await db.from('outbox_messages').where('workspace_id', workspace.id)
    assert.lengthOf(messages, 1)
    assert.equal(messages[0].to, user.email)
    assert.include(messages[0].text, '2 members')
  })

  test('arrive through a real mail server, in French, without our own headers', async ({
    assert,
  }) => {
    const received: Email[] = []
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData(stream, _session, done) {
        const chunks: Buffer[] = []
        stream.on('data', (chunk) => chunks.push(chunk))
        stream.on('end', () => {
          void PostalMime.parse(Buffer.concat(chunks)).then((email) => {
            received.push(email)
            done()
          })
        })
      },
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.server.address() as AddressInfo
    const transport = smtpTransport({ host: '127.0.0.1', port, secure: false })()
    try {
      const message = new Message().from('comptoir@example.com')
      composeNoticeMail(message, {
        workspaceId: 'c1f8a0de-0000-7000-8000-000000000000',
        workspaceName: 'Vélos & Cie\r\nBcc: everybody@example.com',
        to: 'zoe@example.com',
        locale: 'fr',
        ...TEXTS,
        data: { count: 2 },
        href: '/wallet',
      })
      await message.computeContents()
      await transport.send(message.toJSON().message)
    } finally {
      await transport.close()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    }
    const [email] = received
    assert.equal(email!.to![0]!.address, 'zoe@example.com')
    assert.include(email!.subject!, 'Crédit · Vélos & Cie')
    assert.include(email!.text!, '2 membres')
    assert.include(email!.html!, '/wallet')
    const headers = email!.headers.map((header) => header.key)
    assert.notInclude(headers, 'x-workspace-id')
    assert.notInclude(headers, 'bcc')
  })
})
