import { test } from '@japa/runner'
import { openAnonymiser } from '#app/llm/privacy/anonymiser'
import { forgetExpired } from '#app/llm/privacy/disclosures'
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
