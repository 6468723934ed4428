/*
 * npm run screenshots: renders every page of a demo workspace, and the pages of the week's PDF,
 * into docs/screenshots. Works on a storage folder of its own, which is removed at the end.
 *
 * `npm run screenshots -- home wallet` renders only the pages whose name contains a word.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureChromium } from './lib/chromium.mjs'
import { checkMachine, installPackages, ROOT, run } from './lib/install.mjs'

checkMachine()
await installPackages({ withTests: true })
await ensureChromium()
await run('vite', ['build', '--logLevel=warn'])

const { openDemoBox } = await import('./screenshots/demo_box.mjs')
const { Camera, VARIANTS } = await import('./screenshots/camera.mjs')
const { guestPages, memberPages } = await import('./screenshots/pages.mjs')
const { renderReport } = await import('./screenshots/report_pages.mjs')
const { writeIndex } = await import('./screenshots/write_index.mjs')

const words = process.argv.slice(2)
const wanted = ({ name }) => !words.length || words.some((word) => name.includes(word))
const folder = join(ROOT, 'docs', 'screenshots')
if (!words.length) rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })

const box = await openDemoBox()
const camera = await Camera.open(box.address, folder)
try {
  const missing = []
  for (const variant of VARIANTS) {
    const sessions = [
      { pages: guestPages, account: null },
      { pages: [{ name: 'first-run', path: '/' }], account: box.newcomer },
      { pages: memberPages, account: box.demo },
    ]
    for (const { pages, account } of sessions) {
      const shown = pages.filter(wanted)
      if (shown.length) missing.push(...(await camera.shoot(shown, variant, account)))
    }
  }
  if (wanted({ name: 'report-pdf' })) await renderReport(box, folder)
  await writeIndex(folder)
  for (const page of new Set(missing)) console.warn(`not shown: ${page}`)
} finally {
  await camera.close()
  await box.close()
}
