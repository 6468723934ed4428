import AxeBuilder from '@axe-core/playwright'
import { test } from '@japa/runner'
import type { Page } from 'playwright-core'
import { captureLead, Deal, ImportProspects } from '#crm'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(STANDARD).analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)
}

async function givenALead() {
  const { workspace, user } = await givenAWorkspace()
  const lead = await captureLead({
    workspaceId: workspace.id,
    name: 'Zoé Martin',
    email: 'zoe@example.fr',
    locale: 'fr',
    source: 'agent',
    dealTitle: 'Cargo bike',
    amountCents: 249_900,
  })
  return { workspace, user, ...lead }
}

test.group('Pipeline in the browser', () => {
  test('a card moves by keyboard and keeps the focus', async ({
    visit,
    browserContext,
    assert,
  }) => {
    const { user, workspace, dealId } = await givenALead()
    await browserContext.loginAs(user)
    const page = await visit('/pipeline')

    await page.locator(`#move-${dealId}`).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')

    await page.locator(`[data-stage="interest"] #card-${dealId}`).waitFor()
    const deal = await Deal.in(workspace.id).preload('stage').firstOrFail()
    assert.equal(deal.stage.key, 'interest')
    const focused = await page.evaluate('document.activeElement.id')
    assert.equal(focused, `move-${dealId}`)
  })

  test('a new lead and a move elsewhere appear at once', async ({ visit, browserContext }) => {
    const { user, workspace } = await givenALead()
    await browserContext.loginAs(user)
    const page = await visit('/pipeline')
    await page.waitForTimeout(500)

    await captureLead({
      workspaceId: workspace.id,
      email: 'live@example.fr',
      locale: 'fr',
      source: 'agent',
      dealTitle: 'Just arrived',
    })
    await page.getByRole('link', { name: 'Just arrived' }).waitFor({ timeout: 5000 })
    await page.getByText('A new deal has arrived on the board.').waitFor({ state: 'attached' })
  })

  test('a card is dragged to another column', async ({ visit, browserContext, assert }) => {
    const { user, workspace, dealId } = await givenALead()
    await browserContext.loginAs(user)
    const page = await visit('/pipeline')
    await page.locator(`#card-${dealId}`).dragTo(page.locator('[data-stage="contact"]'))
    await page.locator(`[data-stage="contact"] #card-${dealId}`).waitFor()
    const deal = await Deal.in(workspace.id).preload('stage').firstOrFail()
    assert.equal(deal.stage.key, 'contact')
  })

  test('pages have no accessibility violation', async ({ visit, browserContext, assert }) => {
    const { user, workspace, dealId, prospectId } = await givenALead()
    const imported = await new ImportProspects().handle({
      workspaceId: workspace.id,
      source: (async function* () {
        yield Buffer.from('email,city\nnope,Paris\nb@example.fr,Lyon\n')
      })(),
      fileName: 'people.csv',
    })
    await browserContext.loginAs(user)
    const page = await visit('/pipeline')
    const importId = imported.ok ? imported.report.importId : ''
    const paths = [
      '/pipeline',
      `/deals/${dealId}`,
      '/deals/new',
      '/prospects',
      `/prospects/${prospectId}`,
      '/prospects/new',
      '/prospects/import',
      `/prospects/imports/${importId}`,
      '/tasks',
    ]
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 844 })
      for (const path of paths) {
        await page.goto(new URL(path, page.url()).href)
        assert.deepEqual(await violations(page), [], `${path} at ${width}`)
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth'
        )
        assert.isAtMost(overflow as number, 0, `${path} is wider than ${width}`)
      }
    }
  })
})
