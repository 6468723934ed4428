import { test } from '@japa/runner'
import type { Page } from 'playwright-core'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const PHONE = { width: 390, height: 844 }

/** What has the keyboard: its text or accessible name. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    `document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent`
  )
}

test.group('Shell', () => {
  test('the palette goes to a page by keyboard alone', async ({
    visit,
    browserContext,
    assert,
  }) => {
    const { user } = await givenAWorkspace()
    await browserContext.loginAs(user)
    const page = await visit('/')

    await page.waitForFunction('window.Alpine')
    await page.keyboard.press('Control+k')
    const palette = page.locator('#palette')
    await palette.waitFor({ state: 'visible' })
    assert.equal(await focused(page), 'A page, a prospect, a product, a deal')

    const active = () => palette.getByRole('combobox').getAttribute('aria-activedescendant')
    assert.equal(await active(), 'palette-home')
    await page.keyboard.press('ArrowDown')
    assert.equal(await active(), 'palette-conversations')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    assert.equal(await active(), 'palette-add_model')

    await page.keyboard.type('wall')
    assert.equal(await active(), 'palette-wallet')
    assert.equal(await palette.locator('[role=option]:visible').count(), 1)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/wallet')
  })

  test('the palette says when nothing is found and closes with Escape', async ({
    visit,
    browserContext,
  }) => {
    const { user } = await givenAWorkspace()
    await browserContext.loginAs(user)
    const page = await visit('/')
    await page.getByRole('link', { name: 'Search or go to' }).first().click()
    await page.keyboard.type('zzzzzz')
    await page.locator('[data-palette-none]').waitFor({ state: 'visible' })
    await page.keyboard.press('Escape')
    await page.locator('#palette').waitFor({ state: 'hidden' })
  })

  test('the navigation is a drawer on a phone', async ({ visit, browserContext, assert }) => {
    const { user } = await givenAWorkspace()
    await browserContext.loginAs(user)
    const page = await visit('/')
    await page.setViewportSize(PHONE)

    const navigation = page.locator('#navigation')
    assert.isFalse(await navigation.isVisible())
    await page.getByRole('button', { name: 'Open the navigation' }).press('Enter')
    await navigation.waitFor({ state: 'visible' })
    assert.equal(
      await navigation.getByRole('link', { name: 'Home' }).getAttribute('aria-current'),
      'page'
    )
    await page.keyboard.press('Escape')
    await navigation.waitFor({ state: 'hidden' })
  })

  test('no page is wider than a phone', async ({ visit, browserContext, assert }) => {
    const { user } = await givenAWorkspace({ workspaceName: 'A shop with a rather long name Ltd' })
    await browserContext.loginAs(user)
    for (const path of ['/', '/palette', '/components', '/nowhere']) {
      const page = await visit(path)
      await page.setViewportSize({ width: 320, height: 640 })
      const width = await page.evaluate<number>('document.documentElement.scrollWidth')
      assert.isAtMost(width, 320, path)
      await page.close()
    }
  })

  test('a chosen look stays', async ({ visit, browserContext, assert }) => {
    const { user } = await givenAWorkspace()
    await browserContext.loginAs(user)
    const page = await visit('/')
    await page.locator('summary', { hasText: 'profile, look' }).click()
    await page.getByRole('button', { name: 'Dark' }).click()
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'comptoir-dark')

    await page.goto(page.url())
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'comptoir-dark')
    await page.locator('summary', { hasText: 'profile, look' }).click()
    const dark = page.getByRole('button', { name: 'Dark' })
    assert.equal(await dark.getAttribute('aria-pressed'), 'true')
    await page.getByRole('button', { name: 'As the system' }).click()
    assert.isNull(await page.locator('html').getAttribute('data-theme'))
  })

  test('the language changes without leaving the page', async ({
    visit,
    browserContext,
    assert,
  }) => {
    const { user } = await givenAWorkspace()
    await browserContext.loginAs(user)
    const page = await visit('/')
    await page.locator('summary', { hasText: 'profile, look' }).click()
    await page.getByRole('button', { name: 'Français' }).click()
    await page.getByRole('navigation', { name: 'Principale' }).waitFor()
    assert.equal(await page.locator('html').getAttribute('lang'), 'fr')
  })

  test('a risky step is asked in the page and can be refused', async ({ visit, assert }) => {
    const page = await visit('/components')
    await page.getByRole('button', { name: 'Delete' }).click()
    const question = page.locator('#confirm')
    await question.getByText('Delete this prospect').waitFor()
    assert.equal(await focused(page), 'Cancel')
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'hidden' })
  })
})

test.group('Offline', () => {
  test('a page of our own is shown when the box cannot be reached', async ({
    visit,
    browserContext,
  }) => {
    const page = await visit('/offline')
    await page.goto(new URL('/', page.url()).href)
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
    await page.reload()
    await browserContext.setOffline(true)
    await page.goto(new URL('/pipeline', page.url()).href)
    await page.getByRole('heading', { name: 'You are offline' }).waitFor()
    await browserContext.setOffline(false)
    await page.getByRole('heading', { name: 'You are offline' }).waitFor({ state: 'hidden' })
  })
})
