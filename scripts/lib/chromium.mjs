/*
 * Makes sure that the headless Chromium of the npm package can run: it needs a few system
 * libraries that a bare machine lacks.
 */
import { applicationNode, fail, run } from './install.mjs'

/** Debian packages of the libraries that Chromium loads and the npm package does not carry. */
const DEBIAN_PACKAGES = ['libnss3', 'libnspr4']

async function missingLibrary() {
  const probe = `
    const { default: chromium } = await import('@sparticuz/chromium')
    const { spawnSync } = await import('node:child_process')
    const path = process.env.CHROMIUM_PATH ?? (await chromium.executablePath())
    const result = spawnSync(path, ['--version', '--no-sandbox'], { encoding: 'utf8' })
    if (result.status !== 0) { console.log(result.stderr || String(result.error)); process.exit(1) }`
  const { code, output } = await run(applicationNode(), ['--input-type=module', '-e', probe], {
    capture: true,
  })
  return code === 0 ? null : output.trim()
}

/** Installs the missing libraries when root on Debian or Ubuntu; else says which they are. */
export async function ensureChromium() {
  const problem = await missingLibrary()
  if (!problem) return

  const canInstall = process.getuid?.() === 0
  if (canInstall) {
    console.log(`Installing system libraries for the browser tests: ${DEBIAN_PACKAGES.join(', ')}`)
    await run('apt-get', ['update', '-qq'], { capture: true })
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...DEBIAN_PACKAGES], {
      capture: true,
    })
    if (!(await missingLibrary())) return
  }
  fail(
    `Headless Chromium cannot run: ${problem.split('\n')[0]}\n` +
      `Install its libraries (Debian, Ubuntu: apt-get install ${DEBIAN_PACKAGES.join(' ')}), ` +
      'or set CHROMIUM_PATH to a Chromium that runs here.'
  )
}
