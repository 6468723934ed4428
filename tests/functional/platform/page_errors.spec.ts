import { test } from '@japa/runner'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import '#tests/helpers/platform/probe_routes'

test.group('Page errors', () => {
  test('an unknown page, in the language of the reader', async ({ client, assert }) => {
    const response = await client.get('/nothing-here').header('accept-language', 'fr')
    response.assertStatus(404)
    assert.include(response.text(), 'lang="fr"')
  })

  test('sign-in is asked for, also of htmx', async ({ client, assert }) => {
    const page = await client.get('/settings/jobs').redirects(0)
    page.assertStatus(302)
    assert.match(String(page.header('location')), /^\/login/)
    const part = await client.get('/settings/jobs').header('HX-Request', 'true').redirects(0)
    part.assertStatus(401)
    assert.match(String(part.header('hx-redirect')), /^\/login/)
  })

  test('a form that is not valid goes back with its errors', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const form = await client
      .post('/test-probe')
      .loginAs(user)
      .withCsrfToken()
      .form({ name: '' })
      .redirects(0)
    form.assertStatus(302)
    assert.exists(form.flashMessage('inputErrorsBag').name)

    const part = await client
      .post('/test-probe')
      .loginAs(user)
      .withCsrfToken()
      .header('HX-Request', 'true')
      .form({ name: '' })
    part.assertStatus(422)
    assert.include(String(part.header('hx-trigger')), 'toast')
  })

  test('a value that the database refuses goes back with words', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const response = await client
      .post('/test-probe/sql')
      .loginAs(user)
      .withCsrfToken()
      .form({ sql: 'select ?::int', value: '99999999999' })
      .redirects(0)
    response.assertStatus(302)
    assert.isNotEmpty(response.flashMessage('error'))
  })

  test('a form without its token is sent back, not accepted', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const response = await client.post('/test-probe').loginAs(user).form({ name: 'x' }).redirects(0)
    response.assertStatus(302)
    assert.exists(response.flashMessage('errorsBag').E_BAD_CSRF_TOKEN)
  })

  test('a failure of ours shows a page with the request id', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const response = await client.get('/test-probe/fail').loginAs(user)
    response.assertStatus(500)
    assert.notInclude(response.text(), 'secret connection')
  })

  test('an id that cannot be one is not found', async ({ client }) => {
    const { user } = await givenAWorkspace()
    const response = await client.get('/test-probe/abc').loginAs(user)
    response.assertStatus(404)
  })

  test('broken JSON sent to a page is a 400', async ({ client }) => {
    const { user } = await givenAWorkspace()
    const response = await client
      .post('/test-probe')
      .loginAs(user)
      .header('content-type', 'application/json')
      .header('accept', 'application/json')
      .setup((request) => {
        request.request.send('{"name"')
      })
    response.assertStatus(400)
  })
})
