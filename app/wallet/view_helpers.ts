import edge from 'edge.js'
import i18nManager from '@adonisjs/i18n/services/main'
import { formatMicros } from '#shared/money'
import { walletFigures } from '#app/wallet/services/wallet_gauge'

/**
 * What the layout may use: `walletGauge(workspaceId, locale)` is the drawn gauge,
 * `walletFigures(workspaceId)` the numbers alone.
 */
export function defineWalletViewHelpers(): void {
  edge.global('walletFigures', walletFigures)
  edge.global('walletGauge', async (workspaceId: string, locale: string) => {
    const figures = await walletFigures(workspaceId)
    const i18n = i18nManager.locale(locale)
    return edge.render('components/wallet/gauge', {
      ...figures,
      money: formatMicros(figures.availableMicros, 'USD', locale),
      t: (key: string, data?: Record<string, unknown>) => i18n.t(key, data),
    })
  })
}
