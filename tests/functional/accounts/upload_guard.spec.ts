import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const CSV = Buffer.from('title,price\nLamp,20.00\n')

test.group('Files of strangers', () => {
  test('are refused on {path} before they are read')
    .with([
      { path: '/catalog/import', status: 302 },
      { path: '/prospects/import', status: 302 },
      { path: '/api/v1/prospects/import', status: 401 },
    ])
    .run(async ({ assert }, { path, status }) => {
      // Whoever read this body would find that it is broken, and that no token came with it.
      const response = await fetch(`http://${process.env.HOST}:${process.env.PORT}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data', 'accept': 'text/html' },
        body: 'no boundary',
        redirect: 'manual',
      })
      assert.equal(response.status, status)
      assert.equal(response.headers.get('location'), status === 302 ? '/login' : null)
    })

  test('those of members are taken as ever', async ({ client, assert }) => {
    const { workspace, user } = await givenAWorkspace()
    const response = await client
      .post('/catalog/import')
      .loginAs(user)
      .withCsrfToken()
      .file('file', CSV, { filename: 'lamps.csv', contentType: 'text/csv' })
      .redirects(0)
    response.assertStatus(302)
    const [row] = await db.from('catalog_imports').where('workspace_id', workspace.id)
    assert.equal(row.status, 'succeeded')
  })
})
