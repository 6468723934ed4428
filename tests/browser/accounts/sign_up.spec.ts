import { test } from '@japa/runner'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { nanoid } from 'nanoid'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .include('#main')
    .withTags(WCAG)
    .analyze()
  return found.map((entry) => `${entry.id}: ${entry.nodes.map((node) => node.html).join(' | ')}`)
}

test.group('Accounts in a browser', () => {
  test('signs up with the keyboard alone, in the browser’s time zone', async ({
    browser,
    assert,
  }) => {
    const context = await browser.newContext({
      baseURL: `http://${process.env.HOST}:${process.env.PORT}`,
      locale: 'fr-FR',
      timezoneId: 'America/Guadeloupe',
      extraHTTPHeaders: { 'accept-language': 'fr-FR,fr;q=0.9' },
    })
    const page = await context.newPage()
    const started = Date.now()
    await page.goto('/signup')
    assert.equal(await page.locator('html').getAttribute('lang'), 'fr')
    assert.equal(await page.inputValue('[data-browser-timezone]'), 'America/Guadeloupe')
    // The first field has the focus already.
    await page.keyboard.type(`zoe-${nanoid(8).toLowerCase()}@example.com`)
    await page.keyboard.press('Tab')
    await page.keyboard.type('une phrase assez longue')
    await page.keyboard.press('Tab')
    await page.keyboard.type('Épicerie du port')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname !== '/signup')
    assert.isBelow(Date.now() - started, 30_000)
    await page.goto('/settings/workspace')
    assert.equal(await page.inputValue('input[name=name]'), 'Épicerie du port')
    assert.equal(await page.inputValue('select[name=timezone]'), 'America/Guadeloupe')
    await context.close()
  }).timeout(90_000)

  test('signed-out pages have no accessibility fault', async ({ visit, assert }) => {
    const page = await visit('/signup')
    for (const path of ['/signup', '/login', '/forgot-password', '/reset-password/x']) {
      await page.goto(path)
      assert.deepEqual(await violations(page), [], path)
    }
  }).timeout(90_000)

  test('settings have no accessibility fault, also at phone width', async ({
    browserContext,
    visit,
    assert,
  }) => {
    const { user } = await givenAWorkspace()
    await browserContext.loginAs(user)
    const page = await visit('/settings/profile')
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 })
      for (const name of [
        'profile',
        'notices',
        'workspace',
        'members',
        'keys',
        'audit',
        'outbox',
      ]) {
        const answer = await page.goto(`/settings/${name}`)
        assert.equal(answer!.status(), 200, name)
        assert.deepEqual(await violations(page), [], `${name} at ${width}`)
        const overflow = await page.evaluate<number>(
          'document.documentElement.scrollWidth - innerWidth'
        )
        assert.isAtMost(overflow, 0, `${name} at ${width} scrolls sideways`)
      }
    }
  }).timeout(120_000)
})
