import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VARIANTS } from './camera.mjs'
import { guestPages, memberPages } from './pages.mjs'

/** README.md of the folder: a table of pictures that any viewer of the repository shows. */
export async function writeIndex(folder) {
  const files = new Set(readdirSync(folder))
  const names = ['first-run', ...guestPages.map(nameOf), ...memberPages.map(nameOf)]
  const heads = VARIANTS.map(({ device, theme, locale }) => `${device}, ${theme}, ${locale}`)
  const rows = names
    .map((name) => ({ name, pictures: VARIANTS.map((variant) => fileOf(name, variant)) }))
    .filter(({ pictures }) => pictures.some((picture) => files.has(picture)))
    .map(({ name, pictures }) => `| ${name} | ${pictures.map(cellOf(files)).join(' | ')} |`)
  const pdf = [...files].filter((file) => file.startsWith('report-pdf.')).sort()

  await writeFile(
    join(folder, 'README.md'),
    [
      '# Every page',
      '',
      'A demo workspace, as `npm run screenshots` renders it. Click a picture for its full size.',
      '',
      `| page | ${heads.join(' | ')} |`,
      `| --- | ${heads.map(() => '---').join(' | ')} |`,
      ...rows,
      '',
      '## The weekly report',
      '',
      pdf
        .map((file) => `<a href="${file}"><img src="${file}" width="230" alt="${file}"></a>`)
        .join('\n'),
      '',
    ].join('\n')
  )
}

const nameOf = ({ name }) => name
const fileOf = (name, { device, theme, locale }) => `${name}.${device}.${theme}.${locale}.webp`
const cellOf = (files) => (file) =>
  files.has(file) ? `<a href="${file}"><img src="${file}" width="220" alt="${file}"></a>` : ''
