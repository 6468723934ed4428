import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import mail from '@adonisjs/mail/services/main'
import { WORKSPACE_HEADER, MIN_ROLE_HEADER, recordAudit } from '#accounts'
import { expectStatus, givenAMember } from '#tests/functional/accounts/helpers'
import { givenAWorkspace } from '#tests/helpers/workspaces'

test.group('Audit trail', () => {
  test('shows who did what, filters and pages', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    for (let n = 0; n < 55; n++) {
      await recordAudit({
        workspaceId: workspace.id,
        actorId: user.id,
        action: n % 2 ? 'accounts.key_created' : 'test.unknown_action',
        details: { n: `<${n}>` },
      })
    }
    await recordAudit({ workspaceId: workspace.id, action: 'accounts.workspace_changed' })
    const first = await client.get('/settings/audit').loginAs(user)
    first.assertStatus(200)
    assert.include(first.text(), 'Created an API key')
    assert.include(first.text(), 'test.unknown_action')
    assert.include(first.text(), 'n: &lt;54&gt;')
    const next = /href="(\/settings\/audit\?before=[^"]+)"/.exec(first.text())![1]!
    const second = await client.get(next).loginAs(user)
    assert.include(second.text(), 'n: &lt;0&gt;')
    assert.notInclude(second.text(), 'n: &lt;54&gt;')

    const filtered = await client
      .get('/settings/audit')
      .qs({ action: 'accounts.workspace_changed', from: '2020-01-01', to: '2999-12-31' })
      .loginAs(user)
    assert.include(filtered.text(), 'Changed the workspace settings</td>')
    assert.notInclude(filtered.text(), 'n: &lt;')
    for (const qs of [
      { before: 'x', actor: "' or 1=1", from: '2026-13-99', to: '2026-02-31' },
      { 'action[]': 'a', 'from': '0000-01-01' },
    ]) {
      await expectStatus(client.get('/settings/audit').qs(qs).loginAs(user), 200)
    }
  })

  test('belongs to one workspace', async ({ client, assert }) => {
    const { workspace } = await givenAWorkspace()
    const { user: stranger } = await givenAWorkspace()
    await recordAudit({ workspaceId: workspace.id, action: 'test.secret_action' })
    const page = await client.get('/settings/audit').loginAs(stranger)
    assert.notInclude(page.text(), 'test.secret_action')
  })

  test('cannot be changed, except by closing the workspace', async ({ assert }) => {
    const { user, workspace } = await givenAWorkspace()
    await recordAudit({ workspaceId: workspace.id, actorId: user.id, action: 'test.action' })
    const rows = () => db.from('audit_entries').where('workspace_id', workspace.id)
    await assert.rejects(() => rows().update({ action: 'nothing' }), /never changed/)
    await assert.rejects(() => rows().delete(), /never changed/)
    await db.from('users').where('id', user.id).delete()
    const [entry] = await rows()
    assert.isNull(entry.actor_user_id)
  })
})

test.group('Outbox', () => {
  test('shows a workspace its own messages, safely', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const { user: stranger } = await givenAWorkspace()
    await mail.send((message) => {
      message
        .to('client@example.com')
        .subject('Devis <1>')
        .header(WORKSPACE_HEADER, workspace.id)
        .html('<p>"Bonjour"</p><script>alert(1)</script>')
        .text('Bonjour')
        .attachData(Buffer.from('%PDF-1.7'), {
          filename: 'dévis "1"\r\n.pdf',
          contentType: 'text/html',
        })
    })
    const row = await db.from('outbox_messages').where('workspace_id', workspace.id).firstOrFail()
    const list = await client.get('/settings/outbox').loginAs(user)
    assert.include(list.text(), 'Devis &lt;1&gt;')
    const path = `/settings/outbox/${row.id}`
    const page = await client.get(path).loginAs(user)
    assert.include(page.text(), 'sandbox=""')
    assert.include(page.text(), '&lt;script&gt;alert(1)')
    assert.notInclude(page.text(), '<script>alert(1)')

    const file = await client.get(`${path}/attachments/0`).loginAs(user)
    file.assertStatus(200)
    file.assertHeader('content-type', 'application/octet-stream')
    assert.match(file.header('content-disposition')!, /^attachment; filename\*=UTF-8''d%C3%A9vis/)
    await expectStatus(client.get(`${path}/attachments/7`).loginAs(user), 404)

    for (const foreign of [path, `${path}/attachments/0`]) {
      await expectStatus(client.get(foreign).loginAs(stranger), 404)
    }
    const other = await client.get('/settings/outbox').loginAs(stranger)
    assert.notInclude(other.text(), 'Devis')
  })

  test('keeps an owner’s invitation from managers', async ({ client }) => {
    const { user, workspace } = await givenAWorkspace()
    const { user: manager } = await givenAMember(workspace, 'manager')
    await mail.send((message) => {
      message
        .to('boss@example.com')
        .subject('Owner link')
        .header(WORKSPACE_HEADER, workspace.id)
        .header(MIN_ROLE_HEADER, 'owner')
        .text('link')
    })
    const row = await db.from('outbox_messages').where('workspace_id', workspace.id).firstOrFail()
    await expectStatus(client.get(`/settings/outbox/${row.id}`).loginAs(manager), 404)
    await expectStatus(client.get(`/settings/outbox/${row.id}`).loginAs(user), 200)
  })

  test('does not keep private mail', async ({ assert }) => {
    await mail.send((message) => {
      message.to('someone@example.com').subject('Private 4f2a').text('secret')
    })
    assert.isNull(await db.from('outbox_messages').where('subject', 'Private 4f2a').first())
  })
})
