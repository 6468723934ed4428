import { test } from '@japa/runner'
import { openAnonymiser } from '#app/llm/privacy/anonymiser'
import { disclosureDays, forgetExpired, recordDisclosure } from '#app/llm/privacy/disclosures'
import db from '@adonisjs/lucid/services/db'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import type { ModelRequest } from '#app/llm/types'

async function givenContacts(workspaceId: string) {
  await db.table('prospects').multiInsert([
    { workspace_id: workspaceId, first_name: 'Zdenka', last_name: 'Kónya', name: 'Zdenka Kónya' },
    { workspace_id: workspaceId, first_name: 'Léa', last_name: 'Petit', name: 'Léa Petit' },
  ])
  await db.table('companies').insert({ workspace_id: workspaceId, name: 'Atelier Vert-Pré' })
}

function request(workspaceId: string, text: string, extra: Partial<ModelRequest> = {}) {
  return {
    workspaceId,
    purpose: 'test',
    class: 'simple',
    system: 'You sell tents. The Rose Gold ring costs 20 €.',
    messages: [{ role: 'user', text }],
    ...extra,
  } satisfies ModelRequest
}

test.group('What leaves the box', () => {
  test('names no contact of the workspace, in any case and without accents', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    await givenContacts(workspace.id)
    const text = 'did zdenka konya or Petit of atelier vert-pré order the petit tent?'
    const anonymiser = await openAnonymiser(request(workspace.id, text))
    const masked = anonymiser.mask(text)
    assert.equal(masked, 'did [PERSON_1] or [PERSON_2] of [COMPANY_1] order the petit tent?')
    assert.equal(anonymiser.restore(masked), text)
    assert.deepEqual(anonymiser.counts, { person: 2, company: 1 })
  })

  test('knows no contacts of another workspace', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const other = await givenAWorkspace()
    await givenContacts(other.workspace.id)
    const text = 'is zdenka konya a customer?'
    const anonymiser = await openAnonymiser(request(workspace.id, text))
    assert.equal(anonymiser.mask(text), text)
  })

  test('keeps product names that the instructions contain', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const text = 'Is the Rose Gold ring in stock? I am Kevin Martin'
    const anonymiser = await openAnonymiser(request(workspace.id, text))
    assert.equal(anonymiser.mask(text), 'Is the Rose Gold ring in stock? I am [PERSON_1]')
  })

  test('a conversation keeps its placeholders, encrypted, until they expire', async ({
    assert,
  }) => {
    const { workspace } = await givenAWorkspace()
    const reference = { type: 'conversation', id: '01990000-0000-7000-8000-000000000001' }
    const first = await openAnonymiser(request(workspace.id, 'a@shop.example', { reference }))
    assert.equal(first.mask('a@shop.example'), '[EMAIL_1]')

    const later = 'b@shop.example, not a@shop.example'
    const second = await openAnonymiser(request(workspace.id, later, { reference }))
    assert.equal(second.mask(later), '[EMAIL_2], not [EMAIL_1]')

    const mine = () => db.from('llm_placeholders').where('workspace_id', workspace.id)
    const row = await mine().firstOrFail()
    assert.notInclude(row.mapping, 'shop.example')
    await forgetExpired(new Date(Date.now() + 25 * 3_600_000))
    assert.isNull(await mine().first())
  })
})

test.group('The page of what left the box', () => {
  const sent = (workspaceId: string) => ({
    workspaceId,
    callId: '01990000-0000-7000-8000-000000000009',
    purpose: 'sales_agent.answer',
    provider: 'openai',
    model: 'fake',
    counts: { person: 1 },
    system: 'Sell tents.',
    messages: [{ role: 'user', text: 'I am [PERSON_1] <b>' }],
    answer: 'Hello [PERSON_1]',
  })

  test('shows it word for word to managers of the workspace, and to nobody else', async ({
    client,
    assert,
  }) => {
    const { workspace, user } = await givenAWorkspace()
    const other = await givenAWorkspace()
    await recordDisclosure(sent(workspace.id))
    const mine = await client.get('/models/privacy').loginAs(user)
    mine.assertStatus(200)
    assert.include(mine.text(), 'I am <mark class="rounded px-1">[PERSON_1]</mark> &lt;b&gt;')
    const theirs = await client.get('/models/privacy').loginAs(other.user)
    assert.notInclude(theirs.text(), 'PERSON_1')

    const row = await db.from('llm_disclosures').where('workspace_id', workspace.id).firstOrFail()
    assert.notInclude(row.content, 'tents')
  })

  test('keeps nothing when the owner wants so, and forgets what is kept', async ({
    client,
    assert,
  }) => {
    const { workspace, user } = await givenAWorkspace()
    await recordDisclosure(sent(workspace.id))
    const response = await client
      .post('/models/privacy')
      .loginAs(user)
      .withCsrfToken()
      .form({ keepDays: 0 })
      .redirects(0)
    response.assertStatus(302)
    await recordDisclosure(sent(workspace.id))
    assert.lengthOf(await db.from('llm_disclosures').where('workspace_id', workspace.id), 0)
    await client.post('/models/privacy').loginAs(user).withCsrfToken().form({ keepDays: 400 })
    assert.equal(await disclosureDays(workspace.id), 0)
  })
})
