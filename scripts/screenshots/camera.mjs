import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sparticuz from '@sparticuz/chromium'
import { chromium } from 'playwright-core'

const DESKTOP = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }
/** Long lists say nothing new below this. */
const HIGHEST = { desktop: 1300, phone: 1700 }
const WEBP_QUALITY = 50

/** Each pair of device, look and language appears once: half the pictures, nothing unseen. */
export const VARIANTS = [
  { device: 'desktop', theme: 'light', locale: 'en' },
  { device: 'desktop', theme: 'dark', locale: 'fr' },
  { device: 'phone', theme: 'light', locale: 'fr' },
  { device: 'phone', theme: 'dark', locale: 'en' },
]

export class Camera {
  #browser
  #address
  #folder

  static async open(address, folder) {
    const camera = new Camera()
    camera.#address = address
    camera.#folder = folder
    camera.#browser = await chromium.launch({
      executablePath: process.env.CHROMIUM_PATH ?? (await sparticuz.executablePath()),
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    })
    return camera
  }

  /** Shows `pages` to `account` (null: nobody signed in). Returns the names of pages not found. */
  async shoot(pages, variant, account) {
    const context = await this.#contextFor(variant)
    const page = await context.newPage()
    if (account) await this.#signIn(page, account)
    const missing = []
    for (const shown of pages) {
      const found = await this.#visit(page, shown)
      if (found) await this.#keep(page, shown, variant)
      else missing.push(shown.name)
    }
    await context.close()
    return missing
  }

  async close() {
    await this.#browser.close()
  }

  async #contextFor({ device, theme, locale }) {
    const phone = device === 'phone'
    const context = await this.#browser.newContext({
      viewport: phone ? PHONE : DESKTOP,
      isMobile: phone,
      hasTouch: phone,
      colorScheme: theme,
      reducedMotion: 'reduce',
      locale: locale === 'fr' ? 'fr-FR' : 'en-GB',
      timezoneId: 'Europe/Paris',
      serviceWorkers: 'block',
    })
    await context.addCookies([{ name: 'locale', value: locale, url: this.#address }])
    return context
  }

  async #signIn(page, { email, password }) {
    const { cookies, language } = await languageOf(page)
    await page.goto(`${this.#address}/login`)
    await page.fill('[name=email]', email)
    await page.fill('[name=password]', password)
    await page.press('[name=password]', 'Enter')
    await page.waitForURL(`${this.#address}/`)
    // Signing in takes the language of the account; these pictures choose their own.
    if (language) await cookies.addCookies([{ ...language, url: this.#address }])
  }

  async #visit(page, { path, from, link, status = 200, keys }) {
    const response = await page.goto(this.#address + (path ?? from))
    if (response?.status() !== status) return false
    if (link) {
      const links = await page.locator('main a').evaluateAll((all) => all.map((a) => a.pathname))
      const target = links.find((address) => link.test(address))
      if (!target) return false
      await page.goto(this.#address + target)
    }
    await page.evaluate(() => document.fonts.ready)
    if (keys) await page.keyboard.press(keys)
    await page.waitForTimeout(300)
    return true
  }

  async #keep(page, { name, viewport }, { device, theme, locale }) {
    const size = device === 'phone' ? PHONE : DESKTOP
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    const fitting = viewport
      ? size.height
      : Math.min(Math.max(height, size.height), HIGHEST[device])
    // A taller window instead of a stitched picture: what sticks to an edge stays there.
    await page.setViewportSize({ width: size.width, height: fitting })
    const session = await page.context().newCDPSession(page)
    const { data } = await session.send('Page.captureScreenshot', {
      format: 'webp',
      quality: WEBP_QUALITY,
    })
    await session.detach()
    await page.setViewportSize(size)
    const file = `${name}.${device}.${theme}.${locale}.webp`
    await writeFile(join(this.#folder, file), Buffer.from(data, 'base64'))
    console.log(file)
  }
}

async function languageOf(page) {
  const cookies = page.context()
  const language = (await cookies.cookies()).find(({ name }) => name === 'locale')
  return { cookies, language: language && { name: 'locale', value: language.value } }
}
