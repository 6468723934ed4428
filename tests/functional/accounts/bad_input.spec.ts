import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { anAddress, expectStatus } from '#tests/functional/accounts/helpers'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const NAUGHTY = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "Robert'); drop table users;--",
  '{{ 7 * 7 }} @if(true) @end {{{ csrfToken }}}',
  '%s%n ${jndi:ldap://x} $(reboot)',
  'nul\u0000byte',
  '\ud800 lone',
  '👩‍👩‍👧‍👦 Ω≈ç√ 田中さん مرحبا',
  '\u202Egnp.exe\u200B\uFEFF',
  '../../etc/passwd',
  '𝕿𝖍𝖊 𝖖𝖚𝖎𝖈𝖐'.repeat(3),
]

const WRONG_TYPES: Record<string, unknown>[] = [
  {},
  { email: ['a@example.com'], password: { a: 1 }, workspaceName: [[]] },
  { email: { $ne: null }, password: true, workspaceName: 12 },
  { email: null, password: null, workspaceName: null },
  { email: 'a'.repeat(10_000), password: 'b'.repeat(10_000), workspaceName: 'c'.repeat(10_000) },
  { email: 'a@b', password: 'short', workspaceName: '   ' },
]

test.group('Bad input', () => {
  test('the public forms refuse nonsense with a message, never a fault', async ({
    client,
    assert,
  }) => {
    for (const path of ['/signup', '/login', '/forgot-password', '/locale']) {
      for (const body of WRONG_TYPES) {
        const response = await client
          .post(path)
          .json(body)
          .header('accept', 'text/html')
          .header('x-forwarded-for', anAddress())
          .withCsrfToken()
          .redirects(0)
        assert.isBelow(response.status(), 500, `${path} ${JSON.stringify(body).slice(0, 80)}`)
      }
    }
  })

  test('says what is wrong in the reader’s language and keeps the input', async ({
    client,
    assert,
  }) => {
    const response = await client
      .post('/signup')
      .form({ email: 'pas-un-mail', password: 'azertyuiop', workspaceName: 'Chez "Léa"' })
      .header('accept-language', 'fr')
      .header('x-forwarded-for', anAddress())
      .withCsrfToken()
      .redirects(0)
    const errors = response.flashMessage('inputErrorsBag') as Record<string, string[]>
    assert.match(errors.email![0]!, /Écrivez une adresse e-mail/)
    assert.match(errors.password![0]!, /parmi les premiers que l’on devine/)
    assert.equal(response.flashMessage('workspaceName'), 'Chez "Léa"')
    assert.isUndefined(response.flashMessage('password'))
  })

  test('strange names are stored and shown as they are', async ({ client, assert }) => {
    for (const [index, name] of NAUGHTY.entries()) {
      const { user, workspace } = await givenAWorkspace()
      const response = await client
        .post('/settings/workspace')
        .form({ name, timezone: 'Europe/Paris', currency: 'EUR', locale: 'en' })
        .loginAs(user)
        .withCsrfToken()
        .redirects(0)
      response.assertStatus(302)
      await client
        .post('/settings/profile')
        .form({ fullName: name, locale: 'en' })
        .loginAs(user)
        .withCsrfToken()
        .redirects(0)
      await workspace.refresh()
      assert.equal(
        workspace.name.slice(0, 3),
        name.toWellFormed().trim().slice(0, 3),
        `case ${index}`
      )
      const page = await client.get('/settings/workspace').loginAs(user)
      page.assertStatus(200)
      assert.notInclude(page.text(), '<script>alert(1)</script>')
      assert.notInclude(page.text(), '<img src=x')
      assert.equal(page.text().includes('{{ 7 * 7 }}'), name.includes('{{ 7 * 7 }}'))
    }
    const { rows } = await db.rawQuery('select count(*) from users')
    assert.isAbove(rows[0].count, 0)
  })

  test('ids that are none lead to "not found"', async ({ client }) => {
    const { user } = await givenAWorkspace()
    for (const path of [
      '/settings/outbox/1',
      '/settings/outbox/00000000-0000-0000-0000-000000000000',
      '/settings/outbox/%00',
    ]) {
      await expectStatus(client.get(path).loginAs(user), 404)
    }
    for (const path of [
      '/settings/members/x',
      '/settings/keys/99999999999/revoke',
      '/settings/keys/-1/revoke',
      '/notices/1/open',
      '/workspaces/1/switch',
      '/settings/invitations/1/withdraw',
    ]) {
      await expectStatus(client.post(path).loginAs(user).withCsrfToken().redirects(0), 404)
    }
  })

  test('wrong types in the settings change nothing', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    for (const path of [
      '/settings/profile',
      '/settings/profile/password',
      '/settings/workspace',
      '/settings/members/invite',
      '/settings/keys',
      '/settings/notices',
      '/workspaces',
    ]) {
      for (const body of [
        {},
        { name: ['x'], email: {}, role: ['owner'], scopes: 'x', topics: 'x', workspaceName: {} },
        {
          name: 'x'.repeat(10_000),
          topics: { credit: { email: 1 } },
          fullName: 'y'.repeat(10_000),
        },
      ]) {
        const response = await client
          .post(path)
          .json(body)
          .header('accept', 'text/html')
          .loginAs(user)
          .withCsrfToken()
          .redirects(0)
        assert.isBelow(response.status(), 500, path)
      }
    }
    const before = workspace.name
    await workspace.refresh()
    assert.equal(workspace.name, before)
    await user.refresh()
    assert.isNull(user.fullName)
  })
})
