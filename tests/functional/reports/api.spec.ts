import { test } from '@japa/runner'
import { Workspace } from '#accounts'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import { aWonConversation, WEEK } from './facts.js'

test.group('Reports: API', () => {
  test('answers with the report as JSON', async ({ client, assert }) => {
    const { workspace, apiKey } = await givenAWorkspace()
    await aWonConversation(workspace, 45_000)
    const response = await client
      .get(`/api/v1/reports/weekly?week=${WEEK}&locale=fr`)
      .header('accept', 'application/json')
      .bearerToken(apiKey)
    response.assertStatus(200)
    const body = response.body()
    assert.equal(body.week.id, WEEK)
    assert.equal(body.locale, 'fr')
    assert.equal(body.revenue.attributedCents, 45_000)
    assert.equal(body.workspace.id, workspace.id)
    assert.match(body.roi.formula, /^ROI = \(revenu attribué − coût\) ÷ coût/)
    for (const one of body.suggestions) assert.isString(one.text)
  })

  test('answers with the PDF when Accept asks for it', async ({ client, assert }) => {
    const { apiKey } = await givenAWorkspace()
    const response = await client
      .get(`/api/v1/reports/weekly?week=${WEEK}`)
      .header('accept', 'application/pdf')
      .bearerToken(apiKey)
    response.assertStatus(200)
    response.assertHeader('content-type', 'application/pdf')
    const body = response.response.body as Buffer
    assert.equal(body.subarray(0, 5).toString(), '%PDF-')
  })

  test('refuses what is no week of that year', async ({ client }) => {
    const { apiKey } = await givenAWorkspace()
    const weeks = [
      '',
      'week=',
      'week=2025-W53',
      'week=2026-47',
      'week=../../etc',
      'week[]=1',
      'week=%00',
    ]
    for (const query of [...weeks, `week=${WEEK}&locale=xx`]) {
      const response = await client
        .get(`/api/v1/reports/weekly?${query}`)
        .header('accept', 'application/json')
        .bearerToken(apiKey)
      response.assertStatus(422)
    }
  })

  test('needs a key with the scope', async ({ client }) => {
    const { workspace } = await givenAWorkspace()
    const token = await Workspace.apiKeys.create(workspace, ['crm:read'], { name: 'crm only' })
    const path = `/api/v1/reports/weekly?week=${WEEK}`
    const without = await client.get(path).header('accept', 'application/json')
    without.assertStatus(401)
    const wrong = await client
      .get(path)
      .header('accept', 'application/json')
      .bearerToken(token.value!.release())
    wrong.assertStatus(403)
  })
})
