import { test } from '@japa/runner'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** One line per violation, with the first element that it was found on. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(STANDARD).analyze()
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary ?? ''}`
  )
}

/** Colours change through a transition, however short; contrast is measured after it. */
async function dress(page: Page, colorScheme: 'light' | 'dark') {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.waitForTimeout(200)
}

test.group('Accessibility of the shared pages', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`signed-out pages, ${colorScheme}`, async ({ visit, assert }) => {
      for (const path of ['/', '/components', '/offline', '/nowhere']) {
        const page = await visit(path)
        await dress(page, colorScheme)
        assert.deepEqual(await violations(page), [], path)
        await page.close()
      }
    })

    test(`signed-in pages, ${colorScheme}`, async ({ visit, browserContext, assert }) => {
      const { user } = await givenAWorkspace()
      await browserContext.loginAs(user)
      const page = await visit('/')
      await dress(page, colorScheme)
      assert.deepEqual(await violations(page), [], 'first run')

      await page.keyboard.press('Control+k')
      assert.deepEqual(await violations(page), [], 'palette')
      await page.keyboard.press('Escape')

      await page.setViewportSize({ width: 390, height: 844 })
      await page.getByRole('button', { name: 'Open the navigation' }).click()
      assert.deepEqual(await violations(page), [], 'navigation on a phone')

      await page.goto(new URL('/palette?q=tent', page.url()).href)
      assert.deepEqual(await violations(page), [], 'search')
    })
  }
})
