import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { randomUUID } from 'node:crypto'
import { captureLead, Deal, Prospect } from '#crm'
import { givenAWorkspace } from '#tests/helpers/workspaces'

test.group('CRM API', () => {
  test('creates, finds and lists prospects', async ({ client, assert }) => {
    const { apiKey } = await givenAWorkspace()
    const post = (body: object) => client.post('/api/v1/prospects').bearerToken(apiKey).json(body)

    const created = await post({ name: 'Ada', email: 'ada@example.com', tags: ['vip'] })
    created.assertStatus(201)
    assert.containsSubset(created.body(), { name: 'Ada', email: 'ada@example.com', tags: ['vip'] })
    const again = await post({ email: 'ADA@example.com' })
    again.assertStatus(200)
    assert.equal(again.body().id, created.body().id)

    await post({ email: 'b@example.com' })
    const first = await client.get('/api/v1/prospects').qs({ limit: 1 }).bearerToken(apiKey)
    assert.lengthOf(first.body().data, 1)
    const second = await client
      .get('/api/v1/prospects')
      .qs({ limit: 1, cursor: first.body().nextCursor })
      .bearerToken(apiKey)
    assert.lengthOf(second.body().data, 1)
    assert.notEqual(second.body().data[0].id, first.body().data[0].id)
    assert.isNull(second.body().nextCursor)
  })

  test('refuses {label} with 422')
    .with([
      { label: 'a wrong e-mail', path: '/prospects', body: { email: 'nope' } },
      { label: 'nobody', path: '/prospects', body: {} },
      { label: 'a number as name', path: '/prospects', body: { name: { a: 1 } } },
      { label: 'a too long name', path: '/prospects', body: { name: 'x'.repeat(201) } },
      { label: 'a deal without title', path: '/deals', body: {} },
      { label: 'an amount in words', path: '/deals', body: { title: 'x', amountCents: 'much' } },
      { label: 'a negative amount', path: '/deals', body: { title: 'x', amountCents: -1 } },
      { label: 'an unknown stage', path: '/deals', body: { title: 'x', stage: 'nowhere' } },
      {
        label: 'an unknown prospect',
        path: '/deals',
        body: { title: 'x', prospectId: randomUUID() },
      },
    ])
    .run(async ({ client }, { path, body }) => {
      const { apiKey } = await givenAWorkspace()
      const response = await client.post(`/api/v1${path}`).bearerToken(apiKey).json(body)
      response.assertStatus(422)
    })

  test('moves, wins and loses a deal', async ({ client, assert }) => {
    const { apiKey, workspace } = await givenAWorkspace()
    const created = await client
      .post('/api/v1/deals')
      .bearerToken(apiKey)
      .json({ title: 'Cargo bike', stage: 'contact' })
    created.assertStatus(201)
    const { id } = created.body()
    const step = (body: object) =>
      client.post(`/api/v1/deals/${id}/stage`).bearerToken(apiKey).json(body)

    const moved = await step({ stage: 'demo' })
    assert.equal(moved.body().stage.key, 'demo')
    const refused = await step({ stage: 'client' })
    refused.assertStatus(422)
    const won = await step({ stage: 'client', amountCents: 5000 })
    assert.containsSubset(won.body(), { status: 'won', amountCents: 5000 })
    const lost = await step({ lostReason: 'price' })
    assert.containsSubset(lost.body(), { status: 'lost', lostReason: 'price' })

    const shown = await client.get(`/api/v1/deals/${id}`).bearerToken(apiKey)
    assert.deepEqual(
      shown.body().history.map(({ kind }: { kind: string }) => kind),
      ['lost', 'won', 'moved', 'created']
    )
    const list = await client.get('/api/v1/deals').qs({ status: 'lost' }).bearerToken(apiKey)
    assert.lengthOf(list.body().data, 1)
    assert.lengthOf(await Deal.in(workspace.id), 1)
  })

  test('imports a CSV from the body and from a form', async ({ client, assert }) => {
    const { apiKey } = await givenAWorkspace()
    const body = await fetch(
      `http://${process.env.HOST}:${process.env.PORT}/api/v1/prospects/import`,
      {
        method: 'POST',
        headers: { 'authorization': `Bearer ${apiKey}`, 'content-type': 'text/csv' },
        body: 'email;name\nzoe@example.fr;Zoé\nnope;Luc\n',
      }
    )
    assert.equal(body.status, 200)
    assert.containsSubset(await body.json(), { created: 1, updated: 0, rejected: 1 })

    const form = await client
      .post('/api/v1/prospects/import')
      .bearerToken(apiKey)
      .file('file', Buffer.from('email,city\nzoe@example.fr,Paris\n'), { filename: 'x.csv' })
    assert.containsSubset(form.body(), { created: 0, updated: 1, rejected: 0 })
  })
})

test.group('CRM isolation', () => {
  test("another workspace's ids lead nowhere", async ({ client, assert }) => {
    const owner = await givenAWorkspace()
    const lead = await captureLead({
      workspaceId: owner.workspace.id,
      name: 'Secret Person',
      email: 'secret@example.fr',
      locale: 'fr',
      source: 'agent',
    })
    const stranger = await givenAWorkspace()
    const form = { stage: 'demo', amount: '1', reason: 'price', body: 'x', title: 'x', name: 'x' }
    const asUser = (method: 'get' | 'post', path: string) => {
      const request = method === 'get' ? client.get(path) : client.post(path).form(form)
      return request.loginAs(stranger.user).withCsrfToken().redirects(0)
    }
    const { dealId, prospectId } = lead
    const paths = [
      ['get', `/deals/${dealId}`],
      ['post', `/deals/${dealId}`],
      ...['stage', 'win', 'lose', 'reopen', 'notes', 'tasks'].map((step) => [
        'post',
        `/deals/${dealId}/${step}`,
      ]),
      ['get', `/prospects/${prospectId}`],
      ['post', `/prospects/${prospectId}`],
      ['get', `/prospects/${prospectId}/export`],
      ...['erase', 'notes', 'tasks'].map((step) => ['post', `/prospects/${prospectId}/${step}`]),
    ] as ['get' | 'post', string][]
    for (const [method, path] of paths) {
      const response = await asUser(method, path)
      assert.equal(response.status(), 404, `${method} ${path}`)
      assert.notInclude(response.text(), 'Secret Person')
    }
    for (const path of ['/pipeline', '/prospects', `/deals/new?prospect=${prospectId}`]) {
      const response = await client.get(path).loginAs(stranger.user)
      assert.notInclude(response.text(), 'Secret Person')
    }
    const read = await client.get(`/api/v1/deals/${dealId}`).bearerToken(stranger.apiKey)
    read.assertStatus(404)
    const moved = await client
      .post(`/api/v1/deals/${dealId}/stage`)
      .bearerToken(stranger.apiKey)
      .json({ stage: 'demo' })
    moved.assertStatus(404)
    const deal = await Deal.in(owner.workspace.id).firstOrFail()
    assert.equal(deal.status, 'open')
    assert.isNotNull(await Prospect.in(owner.workspace.id).first())
  })

  test('survives hostile input everywhere', async ({ client, assert }) => {
    const { user, apiKey } = await givenAWorkspace()
    const hostile = [
      '\u0000zero',
      "'; drop table prospects; --",
      '<img src=x onerror=alert(1)>',
      '\uD800 lone surrogate',
      '\u202Eright to left',
      '=HYPERLINK("x")',
      '%_\\',
      '{{ 7 * 7 }}',
      '😀'.repeat(40),
      '\u0301\u0301\u0301',
    ]
    for (const text of hostile) {
      const answers = await Promise.all([
        client
          .post('/api/v1/prospects')
          .bearerToken(apiKey)
          .json({ name: text, company: text, tags: [text] }),
        client.post('/api/v1/deals').bearerToken(apiKey).json({ title: text, interest: text }),
        client
          .get('/api/v1/prospects')
          .qs({ q: text, tag: text, cursor: text })
          .bearerToken(apiKey),
        client.get('/prospects').qs({ q: text, source: text, sort: text }).loginAs(user),
        client
          .post('/tasks')
          .loginAs(user)
          .withCsrfToken()
          .form({ title: text, dueOn: text })
          .redirects(0),
        client.get('/pipeline').qs({ only: text }).loginAs(user),
      ])
      for (const answer of answers) assert.isBelow(answer.status(), 500, JSON.stringify(text))
    }
  })

  test('a viewer may look but not change', async ({ client }) => {
    const { user, workspace } = await givenAWorkspace()
    const lead = await captureLead({
      workspaceId: workspace.id,
      email: 'v@example.fr',
      locale: 'fr',
      source: 'agent',
    })
    await db.from('memberships').where('workspace_id', workspace.id).update({ role: 'viewer' })
    const page = await client.get('/pipeline').loginAs(user)
    page.assertStatus(200)
    for (const path of [`/deals/${lead.dealId}/stage`, `/prospects/${lead.prospectId}/erase`]) {
      const response = await client.post(path).loginAs(user).withCsrfToken().form({ stage: 'demo' })
      response.assertStatus(403)
    }
  })
})
