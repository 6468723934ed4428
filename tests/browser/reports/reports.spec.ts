import { test } from '@japa/runner'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { closedWeek } from '#reports'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import { aConversation, aWonConversation, WEEK } from '#tests/functional/reports/facts'

const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const PHONE = { width: 390, height: 844 }

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(STANDARD).analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)
}

/** What sticks out of the page at the right; what scrolls inside a box of its own may. */
function overflow(page: Page): Promise<string[]> {
  return page.evaluate(`
    document.documentElement.scrollWidth <= window.innerWidth ? [] :
      [...document.querySelectorAll('main *')]
        .filter((element) => element.getBoundingClientRect().right > window.innerWidth)
        .filter((element) => !element.closest('.table-scroll, svg'))
        .map((element) => element.outerHTML.slice(0, 200))
  `)
}

test.group('Reports in the browser', () => {
  test('from the list to a week and its PDF', async ({ visit, browserContext, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    await aWonConversation(workspace, 123_400, 'Tents for the refuge')
    // Something recent, so that the list of the last weeks is not empty.
    await aConversation(workspace, { at: new Date(Date.now() - 3_600_000) })
    await browserContext.loginAs(user)

    const page = await visit('/reports')
    await page.getByRole('button', { name: 'Yes, keep it' }).click()
    await page.getByText('You receive the report every Monday').waitFor()

    await page.goto(new URL('/reports', page.url()).href)
    const last = closedWeek(new Date(), workspace.timezone)
    await page.getByRole('link', { name: last, exact: true }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()

    await page.goto(new URL(`/reports/weekly/${WEEK}`, page.url()).href)
    await page.getByRole('link', { name: 'Tents for the refuge' }).waitFor()
    await page.getByText('€1,234.00').first().waitFor()
    await page.locator('summary').first().click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the PDF' }).click(),
    ])
    assert.equal(download.suggestedFilename(), `report-${WEEK}.pdf`)
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`is accessible and fits a phone, ${colorScheme}`, async ({
      visit,
      browserContext,
      assert,
    }) => {
      const { user, workspace } = await givenAWorkspace()
      const word =
        'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
      await aWonConversation(workspace, 98_765_432_100, `${word} ${word}`)
      await aConversation(workspace, { at: new Date(Date.now() - 3_600_000) })
      await browserContext.loginAs(user)
      const page = await visit('/reports')
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      for (const path of ['/reports', `/reports/weekly/${WEEK}`, '/reports/settings']) {
        await page.setViewportSize({ width: 1280, height: 900 })
        await page.goto(new URL(path, page.url()).href)
        await page.waitForTimeout(200)
        assert.deepEqual(await violations(page), [], path)
        await page.setViewportSize(PHONE)
        assert.deepEqual(await overflow(page), [], path)
        assert.deepEqual(await violations(page), [], `${path} on a phone`)
      }
    })
  }
})
