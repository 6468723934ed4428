import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import { nanoid } from 'nanoid'
import { dateFormat } from '#shared/i18n/intl_formats'
import { packs } from '#config/plans'
import { listTransfers, type TransferFilter } from '#app/wallet/services/list_transfers'
import { REQUEST_CLASSES, highestPriceOf, priceOf } from '#app/wallet/prices'
import { monthAround } from '#app/wallet/services/period'
import type { Forecast } from '#app/wallet/services/forecast'
import { readWalletPage } from '#app/wallet/services/read_wallet_page'
import { stripeIsOn } from '#app/wallet/stripe/client'
import { transferLabel } from '#app/wallet/services/transfer_label'
import { transfersQuery } from '#app/wallet/validators/wallet_validators'

const HISTORY_ROWS = 15

export default class WalletController {
  async show({ i18n, request, view, workspace }: HttpContext) {
    const [error, filter] = await transfersQuery.tryValidate(request.qs())
    const chosen = error ? {} : filter
    const [page, history] = await Promise.all([
      readWalletPage(workspace.id),
      listTransfers(workspace.id, {
        ...chosen,
        timezone: workspace.timezone,
        limit: HISTORY_ROWS,
      }),
    ])
    const asked = Number(request.input('dollars'))
    const fits = asked >= packs.minimumDollars && asked <= packs.maximumDollars
    return view.render('wallet/show', {
      page,
      history: history.items.map((entry) => ({ ...entry, label: transferLabel(entry, i18n) })),
      filter: chosen,
      pages: pagesOf(chosen, history.nextCursor),
      prices: REQUEST_CLASSES.map((name) => ({
        class: name,
        from: priceOf(name),
        to: highestPriceOf(name),
      })),
      lastDay: new Date(Date.parse(page.summary.period.end) - 1),
      runsOutOn: runOutDay(page.outlook, i18n.locale, workspace.timezone),
      limits: packs,
      chosenDollars: Number.isInteger(asked) && fits ? asked : (page.tipDollars ?? 10),
      orderKey: nanoid(),
      online: stripeIsOn(),
    })
  }

  /** Hides the tip until the month ends. */
  async ignoreTip({ response, workspace }: HttpContext) {
    const ignoredUntil = monthAround(new Date(), workspace.timezone).end
    await db
      .table('wallet_tips')
      .insert({ workspace_id: workspace.id, ignored_until: ignoredUntil })
      .onConflict('workspace_id')
      .merge()
    return response.redirect().toPath('/wallet')
  }
}

/** Addresses of the history's first and next page, with the chosen filters kept. */
function pagesOf(filter: TransferFilter, nextCursor: string | null) {
  const address = (cursor?: string) => {
    const query = new URLSearchParams()
    if (filter.asset) query.set('asset', filter.asset)
    if (filter.kind) query.set('kind', filter.kind)
    if (filter.from) query.set('from', filter.from)
    if (filter.to) query.set('to', filter.to)
    if (cursor) query.set('cursor', cursor)
    return `?${query}`
  }
  const csv = `/wallet/history.csv${address()}`
  return {
    csv,
    first: filter.cursor ? `/wallet${address()}#history` : null,
    next: nextCursor ? `/wallet${address(nextCursor)}#history` : null,
  }
}

/** Day and month: the year goes without saying before the month has ended. */
function runOutDay(outlook: Forecast, locale: string, timeZone: string): string | null {
  if (outlook.kind !== 'runs_out') return null
  const format = dateFormat(locale, { day: 'numeric', month: 'long', timeZone })
  return format.format(outlook.at)
}
