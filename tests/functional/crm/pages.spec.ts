import { test } from '@japa/runner'
import { randomUUID } from 'node:crypto'
import { captureLead, Deal, ImportProspects, Note, Prospect, Task } from '#crm'
import { givenAWorkspace } from '#tests/helpers/workspaces'

async function givenALead() {
  const { workspace, user, apiKey } = await givenAWorkspace()
  const captured = await captureLead({
    workspaceId: workspace.id,
    name: 'Zoé <script>alert(1)</script>',
    email: 'zoe@example.fr',
    locale: 'fr',
    source: 'agent',
    conversationId: randomUUID(),
    interest: 'Combien coûte le vélo ?',
    amountCents: 123_400,
  })
  return { workspace, user, apiKey, ...captured }
}

async function* csv(content: string) {
  yield Buffer.from(content)
}

test.group('CRM pages', () => {
  test('render with data and in French: {$self}')
    .with([
      '/pipeline',
      '/pipeline?only=prospect',
      '/pipeline/board',
      '/deals/new',
      '/prospects',
      '/prospects/new',
      '/prospects/import',
      '/tasks',
      '/tasks?show=done',
    ])
    .run(async ({ client, assert }, path) => {
      const { user } = await givenALead()
      const response = await client.get(path).loginAs(user).header('accept-language', 'fr')
      response.assertStatus(200)
      assert.notInclude(response.text(), 'translation missing')
      assert.notInclude(response.text(), '<script>alert(1)')
    })

  test('say what to do next when empty: {$self}')
    .with(['/pipeline', '/prospects', '/tasks', '/prospects/import'])
    .run(async ({ client, assert }, path) => {
      const { user } = await givenAWorkspace()
      const response = await client.get(path).loginAs(user)
      response.assertStatus(200)
      assert.notInclude(response.text(), 'translation missing')
    })

  test('show a deal and a prospect, then move, win, reopen and lose', async ({
    client,
    assert,
  }) => {
    const { user, workspace, dealId, prospectId } = await givenALead()
    const step = (path: string, form: object) =>
      client.post(`/deals/${dealId}/${path}`).loginAs(user).withCsrfToken().form(form).redirects(0)

    for (const path of [`/deals/${dealId}`, `/prospects/${prospectId}`]) {
      const response = await client.get(path).loginAs(user)
      response.assertStatus(200)
      assert.notInclude(response.text(), 'translation missing')
      assert.notInclude(response.text(), '<script>alert(1)')
    }
    const moved = await step('stage', { stage: 'demo' })
    moved.assertStatus(302)
    const won = await step('win', { amount: '1 234,50 €' })
    won.assertStatus(302)
    let deal = await Deal.in(workspace.id).firstOrFail()
    assert.equal(deal.status, 'won')
    assert.equal(deal.amountCents, 123_450)
    const page = await client.get(`/deals/${dealId}`).loginAs(user)
    page.assertStatus(200)
    await step('reopen', {})
    await step('lose', { reason: 'other', details: 'Parti à l’étranger' })
    deal = await Deal.in(workspace.id).firstOrFail()
    assert.equal(deal.lostReason, 'Parti à l’étranger')
    const lost = await client.get(`/deals/${dealId}`).loginAs(user)
    lost.assertTextIncludes('Parti à l’étranger')
  })

  test('create a deal by hand, once for two clicks on the same contact', async ({
    client,
    assert,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    const send = () =>
      client
        .post('/deals')
        .loginAs(user)
        .withCsrfToken()
        .form({ title: 'Kitchen', amount: '99.90', contact: 'new@example.com', stage: 'contact' })
        .redirects(0)
    const answers = await Promise.all([send(), send()])
    answers.forEach((answer) => answer.assertStatus(302))
    assert.lengthOf(await Prospect.in(workspace.id), 1)
    const deal = await Deal.in(workspace.id).preload('stage').firstOrFail()
    assert.equal(deal.amountCents, 9990)
    assert.equal(deal.stage.key, 'contact')
  })

  test('keep the input and say what is wrong', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const refused = await client
      .post('/prospects')
      .loginAs(user)
      .withCsrfToken()
      .header('referer', '/prospects/new')
      .form({ name: 'Kept Name', email: 'nonsense' })
    refused.assertStatus(200)
    refused.assertTextIncludes('Kept Name')
    refused.assertTextIncludes('This is not an e-mail address.')

    const amount = await client
      .post('/deals')
      .loginAs(user)
      .withCsrfToken()
      .header('accept', 'application/json')
      .json({ title: 'x', amount: 'much' })
    assert.equal(amount.status(), 422)
  })

  test('notes, tasks, edit, export and erase a prospect', async ({ client, assert }) => {
    const { user, workspace, prospectId, dealId } = await givenALead()
    const post = (path: string, form: object) =>
      client.post(path).loginAs(user).withCsrfToken().form(form).redirects(0)

    await post(`/prospects/${prospectId}/notes`, { body: 'Called back\nFriendly' })
    await post(`/deals/${dealId}/notes`, { body: 'Wants blue' })
    await post(`/deals/${dealId}/tasks`, { title: 'Send quote', dueOn: '2020-01-02' })
    const task = await Task.in(workspace.id).firstOrFail()
    const list = await client.get('/tasks').loginAs(user)
    list.assertTextIncludes('Send quote')
    await post(`/tasks/${task.id}/done`, { done: 'true' })
    const done = await Task.in(workspace.id).firstOrFail()
    assert.isNotNull(done.doneAt)

    const edited = await post(`/prospects/${prospectId}`, {
      name: 'Zoé Martin',
      email: 'zoe@example.fr',
      phone: '06 12 34 56 78',
      consentStatus: 'given',
      consentBasis: 'consent',
      consentSource: 'Phone call',
    })
    edited.assertStatus(302)
    const exported = await client.get(`/prospects/${prospectId}/export`).loginAs(user)
    exported.assertStatus(200)
    const data = JSON.parse(exported.text())
    assert.equal(data.prospect.phone, '+33612345678')
    assert.lengthOf(data.notes, 2)

    const erased = await post(`/prospects/${prospectId}/erase`, {})
    erased.assertStatus(302)
    assert.isNull(await Prospect.in(workspace.id).first())
    assert.isNull(await Note.in(workspace.id).first())
    const deal = await Deal.in(workspace.id).firstOrFail()
    assert.equal(deal.prospectId, null)
    assert.equal(deal.interest, null)
    assert.equal(deal.amountCents, 123_400)
    const again = await post(`/prospects/${prospectId}/erase`, {})
    again.assertStatus(404)
  })

  test('search by name, e-mail, phone and company, page by page', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const rows = Array.from(
      { length: 60 },
      (_, n) => `Person ${n},p${n}@example.fr,+3361234${1000 + n}`
    )
    await new ImportProspects().handle({
      workspaceId: workspace.id,
      source: csv(
        `name,email,phone,company\n${rows.join(',\n')},\nÉlodie Œuvre,elodie@example.fr,+33699999999,Ça & Co\n`
      ),
      fileName: 'x.csv',
    })
    for (const q of ['elodie oeuvre', 'ELODIE@', '06 99 99 99 99', 'ca & co', 'él']) {
      const found = await client.get('/prospects').qs({ q }).loginAs(user)
      found.assertTextIncludes('Élodie')
    }
    const literal = await client.get('/prospects').qs({ q: '100%_\\' }).loginAs(user)
    literal.assertStatus(200)

    const first = await client.get('/prospects').qs({ sort: 'newest' }).loginAs(user)
    const next = /href="([^"]*cursor=[^"]*)"/.exec(first.text())?.[1]?.replaceAll('&amp;', '&')
    assert.exists(next)
    const second = await client.get(next!).loginAs(user)
    second.assertStatus(200)
    assert.equal((second.text().match(/href="\/prospects\/[0-9a-f-]{36}"/g) ?? []).length, 11)
  })

  test('look at a file, correct its columns, import, download what was rejected, undo', async ({
    client,
    assert,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    const content = 'Nom;Courriel;Boutique\nZoé;zoe@example.fr;Au Coin\nLuc;nope;\n'
    const upload = await client
      .post('/prospects/import')
      .loginAs(user)
      .withCsrfToken()
      .file('file', Buffer.from(content, 'latin1'), { filename: 'clients.csv' })
      .redirects(0)
    upload.assertStatus(302)
    const page = upload.header('location')!
    const preview = await client.get(page).loginAs(user)
    preview.assertStatus(200)
    preview.assertTextIncludes('WINDOWS-1252')
    preview.assertTextIncludes('Au Coin')

    const run = () =>
      client
        .post(`${page}/run`)
        .loginAs(user)
        .withCsrfToken()
        .form({ 'columns[0][header]': 'Boutique', 'columns[0][target]': 'company' })
        .redirects(0)
    await Promise.all([run(), run()])
    const prospect = await Prospect.in(workspace.id).firstOrFail()
    assert.equal(prospect.companyName, 'Au Coin')

    const result = await client.get(page).loginAs(user)
    result.assertTextIncludes('Not an e-mail address')
    const rejected = await client.get(`${page}/rejected.csv`).loginAs(user)
    assert.include(rejected.text(), 'Not an e-mail address;Luc;nope;')
    const undo = await client.post(`${page}/undo`).loginAs(user).withCsrfToken().redirects(0)
    undo.assertStatus(302)
    assert.isNull(await Prospect.in(workspace.id).first())

    const wrong = await client
      .post('/prospects/import')
      .loginAs(user)
      .withCsrfToken()
      .file('file', Buffer.from('PK\u0003\u0004 sheet'), { filename: 'clients.xlsx' })
    wrong.assertTextIncludes('This is not a CSV file')
  })
})
