import { Readable } from 'node:stream'
import type { HttpContext } from '@adonisjs/core/http'
import { csvLine } from '#shared/csv/index'
import { MICROS_PER_UNIT } from '#shared/money'
import { listTransfers, type TransferEntry } from '#app/wallet/services/list_transfers'
import { transferLabel } from '#app/wallet/services/transfer_label'
import { transfersQuery } from '#app/wallet/validators/wallet_validators'

const ROWS_AT_ONCE = 1000

type Texts = HttpContext['i18n']

/** The history for a spreadsheet: every movement that the filters leave, however many. */
export default class HistoryController {
  async download({ i18n, request, response, workspace }: HttpContext) {
    const [error, filter] = await transfersQuery.tryValidate(request.qs())
    const chosen = error ? {} : { ...filter, cursor: undefined }
    response.header('content-type', 'text/csv; charset=utf-8')
    response.header('content-disposition', 'attachment; filename="wallet.csv"')
    response.header('cache-control', 'private, no-store')
    response.stream(Readable.from(lines(workspace.id, workspace.timezone, chosen, i18n)))
  }
}

async function* lines(
  workspaceId: string,
  timezone: string,
  filter: Parameters<typeof listTransfers>[1],
  i18n: Texts
): AsyncGenerator<string> {
  const heads = ['when', 'asset', 'what', 'amount', 'balance', 'purpose', 'reference']
  yield `\uFEFF${csvLine(heads.map((head) => i18n.t(`wallet.csv.${head}`)))}`
  let cursor: string | undefined
  do {
    const page = await listTransfers(workspaceId, {
      ...filter,
      timezone,
      limit: ROWS_AT_ONCE,
      ...(cursor ? { cursor } : {}),
    })
    yield page.items.map((entry) => lineOf(entry, i18n)).join('')
    cursor = page.nextCursor ?? undefined
  } while (cursor)
}

function lineOf(entry: TransferEntry, i18n: Texts): string {
  const amount = (units: number) =>
    entry.asset === 'usd' ? (units / MICROS_PER_UNIT).toFixed(6) : String(units)
  return csvLine([
    entry.createdAt,
    i18n.t(`wallet.asset.${entry.asset}`),
    transferLabel(entry, i18n),
    amount(entry.amount),
    amount(entry.balanceAfter),
    entry.purpose,
    entry.reference ? `${entry.reference.type}:${entry.reference.id}` : null,
  ])
}
