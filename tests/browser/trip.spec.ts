import { existsSync } from 'node:fs'
import { test } from '@japa/runner'
import app from '@adonisjs/core/services/app'
import { DateTime } from 'luxon'
import { nanoid } from 'nanoid'
import { VerifyLedger } from '#wallet'

/** A real shop's export where it is at hand, else a fixture with the same columns. */
const REAL = app.makePath('../shared/data/catalog/shopify/apparel.csv')
const CATALOGUE = existsSync(REAL) ? REAL : app.makePath('tests/fixtures/catalog/shopify_old.csv')

test.group('The whole trip', () => {
  test('from sign-up to the PDF: catalogue, answer, lead, pipeline, wallet, report', async ({
    browser,
    assert,
  }) => {
    const context = await browser.newContext({
      baseURL: `http://127.0.0.1:${process.env.PORT}`,
      locale: 'en-GB',
    })
    const page = await context.newPage()

    // Signs up.
    await page.goto('/signup')
    await page.locator('[name=email]').fill(`trip-${nanoid(8).toLowerCase()}@example.com`)
    await page.locator('[name=password]').fill('a sentence that is long enough')
    await page.locator('[name=workspaceName]').fill('Trip & Sons')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname !== '/signup')

    // Imports a catalogue.
    await page.goto('/catalog/import')
    await page.locator('input[type=file]').setInputFiles(CATALOGUE)
    await page
      .locator('main form button[type=submit], main form button:not([type])')
      .first()
      .click()
    await page.waitForURL(/\/catalog\/imports\//)
    await page.goto('/catalog')
    const title = (
      await page.locator('main table a, main [data-product] a').first().innerText()
    ).trim()
    assert.isNotEmpty(title)

    // Somebody watches the pipeline meanwhile.
    const board = await context.newPage()
    await board.goto('/pipeline')

    // A visitor asks, gets the product, leaves an address.
    await page.goto('/agent')
    const dialog = page.getByRole('dialog')
    if (!(await dialog.isVisible().catch(() => false))) {
      await page
        .getByRole('button', { name: /ask|demander/i })
        .first()
        .click()
    }
    await dialog.getByRole('textbox').fill(`Do you have ${title}?`)
    await page.keyboard.press('Enter')
    await dialog.getByRole('listitem').first().waitFor()
    assert.include(await dialog.innerText(), title)
    await dialog.getByRole('textbox').fill('Please contact me at visitor@example.com')
    await page.keyboard.press('Enter')

    // The lead stands in the pipeline without a reload.
    await board
      .getByText(/visitor@example\.com|visitor/i)
      .first()
      .waitFor({ timeout: 15_000 })

    // The wallet was debited: one conversation less.
    await page.goto('/wallet')
    assert.include(await page.locator('main').innerText(), '99')

    // The week's report is a PDF.
    const week = DateTime.now().setZone('Europe/Paris').toFormat("kkkk-'W'WW")
    const pdf = await context.request.get(`/reports/weekly/${week}.pdf`)
    assert.equal(pdf.status(), 200)
    assert.include(pdf.headers()['content-type'], 'application/pdf')
    assert.equal((await pdf.body()).subarray(0, 5).toString(), '%PDF-')

    assert.deepEqual((await new VerifyLedger().handle()).differences, [])
    await context.close()
  }).timeout(120_000)
})
