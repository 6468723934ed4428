import type { I18n } from '@adonisjs/i18n'
import { dateFormat } from '#shared/i18n/intl_formats'
import { formatCents, formatMicros } from '#shared/money'
import { collectPdf, drawFooters, openPdf } from '#shared/pdf/document'
import { printable } from '#shared/pdf/printable'
import { Sheet } from '#shared/pdf/sheet'
import { drawTable } from '#shared/pdf/table'
import { CONTENT_WIDTH, INK, PAGE } from '#shared/pdf/theme'
import { invoiceNumber, type InvoiceLine } from '#app/wallet/billing/issue_invoice'
import type { Invoice } from '#app/wallet/billing/list_invoices'

type Texts = Pick<I18n, 't' | 'locale'>

/**
 * An invoice on A4 with what article 226 of Directive 2006/112/EC asks for: both parties, number,
 * date, what was sold, net amount, rate and VAT, or why there is none.
 */
export async function renderInvoicePdf(
  invoice: Invoice,
  i18n: Texts,
  timeZone: string
): Promise<Buffer> {
  const { locale } = i18n
  const t = (key: string, data?: Record<string, string | number>) =>
    i18n.t(`wallet.invoice.${key}`, data)
  const money = (cents: number) => formatCents(cents, invoice.currency, locale)
  const day = (at: Date | string) =>
    dateFormat(locale, { dateStyle: 'long', timeZone }).format(new Date(at))
  const title = `${t(invoice.kind)} ${invoiceNumber(invoice)}`
  const doc = openPdf({
    title,
    author: invoice.seller.name,
    locale,
    createdAt: invoice.issued_at,
  })
  const finished = collectPdf(doc)
  const sheet = new Sheet(doc)

  sheet.tag('H1', () => {
    sheet.write(title, PAGE.margin, sheet.y, CONTENT_WIDTH, { font: 'semibold', size: 18 })
  })
  sheet.y += 28
  sheet.paragraph(t('issued', { date: day(invoice.issued_at) }), { color: INK.soft }, 14)
  drawParties(sheet, invoice, t, locale)

  const sign = invoice.kind === 'credit_note' ? -1 : 1
  drawTable(
    sheet,
    [
      { header: t('what'), share: 0.72 },
      { header: t('net'), share: 0.28, align: 'right' },
    ],
    [
      ...invoice.lines.map((line) => ({
        cells: [lineText(line, i18n, day), money(sign * line.netCents)],
      })),
      { cells: [t('net_total'), money(sign * invoice.net_cents)] },
      {
        cells: [t('vat', { rate: rateText(invoice, locale) }), money(sign * invoice.vat_cents)],
      },
      {
        cells: [t('total'), money(sign * (invoice.net_cents + invoice.vat_cents))],
        isTotal: true,
      },
    ]
  )
  sheet.y += 14
  if (invoice.vat_treatment !== 'domestic') {
    sheet.paragraph(t(`treatment.${invoice.vat_treatment}`))
  }
  sheet.paragraph(t(invoice.kind === 'credit_note' ? 'paid_back' : 'paid'))
  drawFooters(sheet, {
    written: printable(invoice.seller.name, 80),
    page: (page, pages) => t('page', { page, pages }),
  })
  doc.end()
  return finished
}

function drawParties(
  sheet: Sheet,
  { seller, customer }: Invoice,
  t: (key: string, data?: Record<string, string | number>) => string,
  locale: string
): void {
  const countries = new Intl.DisplayNames(locale, { type: 'region' })
  const width = CONTENT_WIDTH / 2 - 12
  const party = (heading: string, lines: (string | null)[], x: number) => {
    let y = sheet.y
    sheet.tag('P', () => {
      y += sheet.write(heading, x, y, width, { font: 'semibold', size: 8, color: INK.soft }) + 2
      for (const line of lines) {
        if (line) y += sheet.write(printable(line, 160), x, y, width, { size: 9.5 }) + 1
      }
    })
    return y
  }
  const linesOf = (who: Invoice['seller'] | Invoice['customer']) => [
    who.name,
    ...(who.address ?? '').split('\n'),
    who.country ? (countries.of(who.country) ?? who.country) : null,
    who.vatId ? t('vat_id', { id: who.vatId }) : null,
  ]
  const left = party(t('seller'), [...linesOf(seller), seller.registration], PAGE.margin)
  const right = party(t('customer'), linesOf(customer), PAGE.margin + width + 24)
  sheet.y = Math.max(left, right) + 20
}

function rateText({ vat_basis_points: points }: Invoice, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(
    points / 10_000
  )
}

/** What a line is for, in the reader's words. */
function lineText(line: InvoiceLine, i18n: Texts, day: (at: string) => string): string {
  const t = (key: string, data?: Record<string, string | number>) => i18n.t(`wallet.${key}`, data)
  const planName = (of: { line: string; plan: string }) =>
    t('line_of', { line: t(`line.${of.line}`), plan: t(`name.${of.line}.${of.plan}`) })
  switch (line.kind) {
    case 'pack':
      return t(line.discountPercent > 0 ? 'invoice.pack_discount' : 'invoice.pack', {
        amount: formatMicros(line.micros, 'USD', i18n.locale),
        percent: line.discountPercent / 100,
      })
    case 'plan':
      return line.from && line.to
        ? t('invoice.plan_period', {
            plan: planName(line),
            from: day(line.from),
            to: day(line.to),
          })
        : planName(line)
    case 'overage':
      return t('invoice.overage')
    case 'setup':
      return t('invoice.setup', { plan: planName(line) })
    case 'refund':
    case 'refund_failed':
      return t(`invoice.${line.kind}`, { number: line.number })
  }
}
