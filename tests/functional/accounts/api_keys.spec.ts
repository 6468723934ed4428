import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { expectStatus } from '#tests/functional/accounts/helpers'
import { givenAWorkspace } from '#tests/helpers/workspaces'

test.group('API keys', () => {
  test('a key is shown once, then only its name', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const created = await client
      .post('/settings/keys')
      .form({ name: '<i>Shop</i>', access: 'full', expiry: '30' })
      .loginAs(user)
      .withCsrfToken()
    created.assertStatus(200)
    const secret = /cpt_[\w.-]+/.exec(created.text())![0]
    created.assertHeader('cache-control', 'no-store')

    const list = await client.get('/settings/keys').loginAs(user)
    assert.notInclude(list.text(), secret)
    assert.include(list.text(), '&lt;i&gt;Shop&lt;/i&gt;')
    const row = await db
      .from('api_keys')
      .where({ tokenable_id: workspace.id, name: '<i>Shop</i>' })
      .firstOrFail()
    assert.notInclude(JSON.stringify(row), secret)

    const me = await client.get('/api/v1/me').bearerToken(secret)
    me.assertStatus(200)
    me.assertBodyContains({
      user: null,
      workspace: { id: workspace.id, name: 'Test shop', timezone: 'Europe/Paris', currency: 'EUR' },
      key: { name: '<i>Shop</i>', scopes: ['*'] },
    })
    const used = await db.from('api_keys').where('id', row.id).firstOrFail()
    assert.isNotNull(used.last_used_at)

    const revoked = await client
      .post(`/settings/keys/${row.id}/revoke`)
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    revoked.assertHeader('location', '/settings/keys')
    await expectStatus(client.get('/api/v1/me').bearerToken(secret), 401)
    const actions = await db
      .from('audit_entries')
      .where({ workspace_id: workspace.id, subject_type: 'api_key' })
      .orderBy('id')
      .select('action')
    assert.deepEqual(
      actions.map((entry) => entry.action),
      ['accounts.key_created', 'accounts.key_revoked']
    )
  })

  test('a key opens only what was ticked', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const page = await client.get('/settings/keys').loginAs(user)
    assert.include(page.text(), 'value="crm:read"')
    const created = await client
      .post('/settings/keys')
      .form({
        'name': 'narrow',
        'access': 'chosen',
        'expiry': 'never',
        'scopes[]': ['crm:read', 'root'],
      })
      .loginAs(user)
      .withCsrfToken()
    const secret = /cpt_[\w.-]+/.exec(created.text())![0]
    const me = await client.get('/api/v1/me').bearerToken(secret)
    assert.deepEqual(me.body().key.scopes, ['accounts:read', 'crm:read'])
    await expectStatus(client.get('/api/v1/wallet').bearerToken(secret), 403)
  })

  test('refuses a key without any permission', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    await client
      .post('/settings/keys')
      .form({ name: 'empty', access: 'chosen', expiry: '30' })
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    assert.isNull(
      await db.from('api_keys').where({ tokenable_id: workspace.id, name: 'empty' }).first()
    )
  })

  test('refuses expired, foreign and broken keys', async ({ client, assert }) => {
    const { apiKey, workspace } = await givenAWorkspace()
    const { user: stranger } = await givenAWorkspace()
    const row = await db.from('api_keys').where('tokenable_id', workspace.id).firstOrFail()
    const foreign = await client
      .post(`/settings/keys/${row.id}/revoke`)
      .loginAs(stranger)
      .withCsrfToken()
      .redirects(0)
    foreign.assertStatus(404)
    await expectStatus(client.get('/api/v1/me').bearerToken(apiKey), 200)

    const encoded = (text: string) => Buffer.from(text).toString('base64url')
    const [id] = apiKey.replace('cpt_', '').split('.')
    for (const bad of [
      '',
      'cpt_',
      'cpt_..',
      'nonsense',
      `${apiKey}x`,
      apiKey.slice(0, -1),
      `cpt_${id}.${encoded('guess')}`,
      `cpt_${encoded("1' or '1'='1")}.${encoded('x')}`,
      `cpt_${encoded('99999999999999999999')}.${encoded('x')}`,
      'x'.repeat(10_000),
    ]) {
      const response = await client.get('/api/v1/me').header('authorization', `Bearer ${bad}`)
      response.assertStatus(401)
      assert.match(response.header('www-authenticate')!, /^Bearer/)
    }
    await db.from('api_keys').where('id', row.id).update({ expires_at: new Date() })
    await expectStatus(client.get('/api/v1/me').bearerToken(apiKey), 401)
  })
})
