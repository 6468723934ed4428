import { chromium as playwright, type Browser, type LaunchOptions } from 'playwright-core'
import sparticuz from '@sparticuz/chromium'

/** Headless Chromium from the npm package; `CHROMIUM_PATH` points at another one. */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return playwright.launch({
    ...options,
    executablePath: process.env.CHROMIUM_PATH ?? (await sparticuz.executablePath()),
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}
