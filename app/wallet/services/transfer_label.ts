import type { I18n } from '@adonisjs/i18n'
import { REQUEST_CLASSES } from '#app/wallet/prices'
import type { TransferEntry } from '#app/wallet/services/list_transfers'

/** What a movement is called in the history, in the reader's language. */
export function transferLabel(entry: TransferEntry, i18n: Pick<I18n, 't'>): string {
  const t = (key: string, data?: Record<string, string>) => i18n.t(`wallet.${key}`, data)
  switch (entry.kind) {
    case 'capture':
      return entry.asset === 'usd'
        ? t('entry.capture_usd', { class: classLabel(entry.class, i18n) })
        : t(`entry.capture_${entry.asset}`)
    case 'grant':
      if (!entry.plan)
        return t(`entry.grant_${entry.source === 'plan' ? 'included' : entry.source}`)
      return t('entry.grant_plan', {
        plan: t('line_of', {
          line: t(`line.${entry.plan.line}`),
          plan: t(`name.${entry.plan.line}.${entry.plan.plan}`),
        }),
      })
    case 'breakage':
    case 'void':
    case 'clawback':
    case 'restore':
    case 'correction':
      return t(`entry.${entry.kind}`)
  }
}

/** Requests whose class is not on the price list are "other". */
export function classLabel(name: string | null, i18n: Pick<I18n, 't'>): string {
  const known = REQUEST_CLASSES.some((candidate) => candidate === name)
  return i18n.t(`wallet.class.${known ? name : 'other'}`)
}
