/*
 * Draws public/icons from favicon.svg with headless Chromium: `node scripts/icons.mjs`. Only
 * needed when the mark changes; the PNG files are committed.
 */
import { readFile, writeFile } from 'node:fs/promises'
import sparticuz from '@sparticuz/chromium'
import { chromium } from 'playwright-core'

const folder = new URL('../public/icons/', import.meta.url)
const mark = await readFile(new URL('favicon.svg', folder), 'utf8')
const GREEN = '#14392f'

/** `inset` is the part of the edge left empty: masks may cut the outer 10 %. */
const drawings = [
  { file: 'icon-192.png', size: 192, inset: 0, background: 'transparent' },
  { file: 'icon-512.png', size: 512, inset: 0, background: 'transparent' },
  { file: 'maskable-512.png', size: 512, inset: 0.11, background: GREEN },
  { file: 'apple-touch-icon.png', size: 180, inset: 0.06, background: GREEN },
]

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? (await sparticuz.executablePath()),
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
})
const page = await browser.newPage()
for (const { file, size, inset, background } of drawings) {
  await writeFile(new URL(file, folder), await draw(size, inset, background))
}
await writeFile(new URL('../favicon.ico', folder), asIco(await draw(32, 0, 'transparent'), 32))
await browser.close()

async function draw(size, inset, background) {
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(
    `<style>body{margin:0;background:${background}}svg{display:block;width:100%;height:100%}
     div{position:fixed;inset:${inset * 100}%}</style><div>${mark}</div>`
  )
  return page.screenshot({ omitBackground: true })
}

/** An ICO file with one PNG image: 6 bytes of header, 16 of directory, the image. */
function asIco(png, size) {
  const head = Buffer.alloc(22)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(1, 4)
  head.writeUInt8(size, 6)
  head.writeUInt8(size, 7)
  head.writeUInt16LE(1, 10)
  head.writeUInt16LE(32, 12)
  head.writeUInt32LE(png.length, 14)
  head.writeUInt32LE(22, 18)
  return Buffer.concat([head, png])
}
