import { test } from '@japa/runner'
import { Workspace } from '#accounts'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import '#tests/helpers/platform/probe_routes'

test.group('API problems', (group) => {
  let apiKey: string
  let workspace: Workspace

  group.setup(async () => {
    ;({ apiKey, workspace } = await givenAWorkspace())
  })

  test('an unknown address is a problem document', async ({ client, assert }) => {
    const response = await client.get('/api/v1/nothing-here')
    response.assertStatus(404)
    assert.equal(response.header('content-type'), 'application/problem+json')
    const { requestId, ...body } = response.body()
    assert.equal(requestId, response.header('x-request-id'))
    assert.deepInclude(body, { status: 404, title: 'Not found', instance: '/api/v1/nothing-here' })
  })

  test('the widget answers in the same way', async ({ client, assert }) => {
    const response = await client.get('/widget/v1/nothing-here')
    response.assertStatus(404)
    assert.equal(response.header('content-type'), 'application/problem+json')
  })

  test('without a key, with a wrong one and with too few scopes', async ({ client, assert }) => {
    const none = await client.post('/api/v1/test-probe').json({ name: 'x' })
    none.assertStatus(401)
    assert.match(String(none.header('www-authenticate')), /^Bearer/)
    assert.notExists(none.header('set-cookie'))

    const wrong = await client.post('/api/v1/test-probe').bearerToken('cpt_nonsense').json({})
    wrong.assertStatus(401)

    const token = await Workspace.apiKeys.create(workspace, ['wallet:read'], { name: 'narrow' })
    const narrow = await client
      .post('/api/v1/test-probe')
      .bearerToken(token.value!.release())
      .json({ name: 'x' })
    narrow.assertStatus(403)
    assert.equal(narrow.body().status, 403)
  })

  test('fields that are not valid are listed', async ({ client, assert }) => {
    const response = await client.post('/api/v1/test-probe').bearerToken(apiKey).json({ name: [] })
    response.assertStatus(422)
    const { code, errors } = response.body()
    assert.equal(code, 'E_VALIDATION_ERROR')
    assert.deepEqual(Object.keys(errors[0]).sort(), ['field', 'message', 'rule'])
    assert.equal(errors[0].field, 'name')
  })

  test('broken JSON, a bare value and a wrong media type', async ({ client, assert }) => {
    const send = (type: string, body: string) =>
      client
        .post('/api/v1/test-probe')
        .bearerToken(apiKey)
        .header('content-type', type)
        .setup((request) => {
          request.request.send(body)
        })
    const broken = await send('application/json', '{"name": ')
    broken.assertStatus(400)
    assert.equal(broken.body().code, 'E_MALFORMED_BODY')
    const bare = await send('application/json', '"text"')
    bare.assertStatus(400)
    const xml = await send('application/xml', '<name/>')
    xml.assertStatus(415)
  })

  test('a body over the limit is too large', async ({ client }) => {
    const response = await client
      .post('/api/v1/test-probe')
      .bearerToken(apiKey)
      .json({ name: 'x'.repeat(1_100_000) })
    response.assertStatus(413)
  })

  test('what PostgreSQL refuses is not our failure', async ({ client, assert }) => {
    const refused = async (sql: string, value?: unknown) => {
      const response = await client
        .post('/api/v1/test-probe/sql')
        .bearerToken(apiKey)
        .json({ sql, value })
      return response.status()
    }
    assert.equal(await refused('select ?::uuid', 'not-a-uuid'), 422)
    assert.equal(await refused('select ?::text', 'a\u0000b'), 422)
    assert.equal(await refused('select ?::int', 99_999_999_999), 422)
    assert.equal(await refused('select ?::jsonb', '{"a":"\\u0000"}'), 422)
    assert.equal(await refused(`insert into users (email) select email from users limit 1`), 409)
  })

  test('an id that cannot be one is not found', async ({ client }) => {
    for (const id of ['abc', '1', '%00', "'; drop table users", '0199a1b2-c3d4']) {
      const response = await client
        .get(`/api/v1/test-probe/${encodeURIComponent(id).replace('%2500', '%00')}`)
        .bearerToken(apiKey)
      response.assertStatus(404)
    }
  })

  test('a failure of ours tells nothing but the request id', async ({ client, assert }) => {
    const response = await client.get('/api/v1/test-probe/fail').bearerToken(apiKey)
    response.assertStatus(500)
    assert.notInclude(response.text(), 'secret')
    assert.equal(response.body().code, 'E_INTERNAL')
    assert.isNotEmpty(response.body().requestId)
  })

  test('an address that is not valid UTF-8', async ({ client, assert }) => {
    const response = await client.get('/api/v1/%E0%A4%A').bearerToken(apiKey)
    assert.oneOf(response.status(), [400, 404])
  })
})
