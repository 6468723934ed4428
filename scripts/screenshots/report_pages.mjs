import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const DOTS_PER_INCH = 80

/** The weekly report in both languages, one picture per page. Needs `pdftoppm` (poppler). */
export async function renderReport(box, folder) {
  for (const locale of ['en', 'fr']) {
    const pdf = join(box.storage, `report.${locale}.pdf`)
    await box.ace(
      ...['report:weekly', `--workspace=${box.workspaceId}`],
      ...[`--locale=${locale}`, `--out=${pdf}`]
    )
    const { status, error } = spawnSync('pdftoppm', [
      ...['-r', String(DOTS_PER_INCH), '-jpeg', '-jpegopt', 'quality=72'],
      ...[pdf, join(folder, `report-pdf.${locale}.page`)],
    ])
    if (error || status !== 0) {
      console.warn('The pages of the PDF are not shown: install poppler-utils for pdftoppm.')
      return
    }
  }
}
