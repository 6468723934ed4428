import { test } from '@japa/runner'
import ReportFile from '#app/reports/models/report_file'
import { PrepareMailing } from '#app/reports/mailing/prepare_mailing'
import { readCountingRules } from '#app/reports/services/settings'
import { subscriptionOf } from '#app/reports/services/subscriptions'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import { aWonConversation, DUE, WEEK } from './facts.js'

test.group('Reports: pages', () => {
  test('lists weeks, asks the owner about the e-mail, and keeps quiet afterwards', async ({
    client,
    assert,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    const first = await client.get('/reports').loginAs(user)
    first.assertStatus(200)
    first.assertTextIncludes('Do you want to keep it?')

    const kept = await client
      .post('/reports/subscription')
      .form({})
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    kept.assertStatus(302)
    const subscription = await subscriptionOf(workspace.id, user.id)
    assert.isNotNull(subscription?.confirmedAt)
    const second = await client.get('/reports').loginAs(user)
    assert.notInclude(second.text(), 'Do you want to keep it?')

    await client.post('/reports/subscription/end').loginAs(user).withCsrfToken().redirects(0)
    assert.isNull(await subscriptionOf(workspace.id, user.id))
  })

  test('shows a week with its deals, and downloads it', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const { dealId } = await aWonConversation(workspace, 78_900, 'Tents <b>& "more"</b>')
    const page = await client.get(`/reports/weekly/${WEEK}`).loginAs(user)
    page.assertStatus(200)
    page.assertTextIncludes(`/deals/${dealId}`)
    page.assertTextIncludes('Tents &lt;b&gt;')
    page.assertTextIncludes('€789.00')
    assert.notMatch(page.text(), /translation missing|undefined|NaN/)

    const pdf = await client.get(`/reports/weekly/${WEEK}.pdf`).loginAs(user)
    pdf.assertStatus(200)
    pdf.assertHeader('content-type', 'application/pdf')
    assert.include(pdf.header('content-disposition'), `report-${WEEK}.pdf`)
  })

  test('a week that does not exist is not found', async ({ client }) => {
    const { user } = await givenAWorkspace()
    for (const week of ['2025-W53', '2026-W99', 'latest', '2025-W53.pdf']) {
      const response = await client.get(`/reports/weekly/${week}`).loginAs(user)
      response.assertStatus(404)
    }
  })

  test('keeps the margin and the exchange rate, and refuses nonsense', async ({
    client,
    assert,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    const save = (input: Record<string, string>) =>
      client.post('/reports/settings').form(input).loginAs(user).withCsrfToken().redirects(0)
    await save({ grossMarginPercent: '35,5', usdRate: '0,92' })
    const saved = { grossMarginPercent: 35.5, usdRate: 0.92 }
    assert.deepEqual(await readCountingRules(workspace.id), saved)

    for (const [margin, rate] of [
      ['-1', '1'],
      ['101', '1'],
      ['x', '1'],
      ['10', '0'],
      ['10', ''],
    ]) {
      await save({ grossMarginPercent: margin!, usdRate: rate! })
      assert.deepEqual(await readCountingRules(workspace.id), saved)
    }
    await save({ grossMarginPercent: '', usdRate: '0.92' })
    const cleared = await readCountingRules(workspace.id)
    assert.isNull(cleared.grossMarginPercent)
  })

  test('gives a sent copy to its own workspace only', async ({ client }) => {
    const { user, workspace } = await givenAWorkspace()
    const stranger = await givenAWorkspace()
    await new PrepareMailing().handle({ workspaceId: workspace.id, week: WEEK }, DUE)
    const file = await ReportFile.in(workspace.id).firstOrFail()
    const own = await client.get(`/reports/copies/${file.id}`).loginAs(user)
    own.assertStatus(200)
    own.assertHeader('content-type', 'application/pdf')
    const other = await client.get(`/reports/copies/${file.id}`).loginAs(stranger.user)
    other.assertStatus(404)
  })
})
