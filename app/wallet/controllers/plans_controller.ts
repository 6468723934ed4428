import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import { upgradeGifts } from '#config/plans'
import { ChoosePlan } from '#app/wallet/services/choose_plan'
import { PLAN_LINES, plansOfLine } from '#app/wallet/services/plan_book'
import { readOrders } from '#app/wallet/services/read_wallet_page'
import { planChange } from '#app/wallet/validators/wallet_validators'

export default class PlansController {
  async index({ view, workspace }: HttpContext) {
    const [subscriptions, orders] = await Promise.all([
      db.from('wallet_subscriptions').where('workspace_id', workspace.id),
      readOrders(workspace.id),
    ])
    const lines = PLAN_LINES.map((line) => {
      const current = subscriptions.find((subscription) => subscription.line === line)
      const waiting = orders.find((order) => order.status === 'pending' && order.line === line)
      return {
        id: line,
        since: current?.since ?? null,
        plans: plansOfLine(line).map((plan) => ({
          ...plan,
          current: current?.plan === plan.id,
          waiting: waiting?.plan === plan.id,
          gift: upgradeGifts.find(
            (gift) => gift.line === line && gift.from === current?.plan && gift.to === plan.id
          ),
        })),
      }
    })
    return view.render('wallet/plans', { lines })
  }

  async store({ i18n, request, response, session, user, workspace }: HttpContext) {
    const { line, plan } = await request.validateUsing(planChange)
    const chosen = await new ChoosePlan().handle({
      workspaceId: workspace.id,
      timezone: workspace.timezone,
      userId: user.id,
      line,
      plan,
    })
    if (!chosen.ok) {
      session.flash('error', i18n.t(`wallet.order.${chosen.reason}`))
      return response.redirect().toPath('/wallet/plans')
    }
    session.flash('success', i18n.t(`wallet.plan.${chosen.outcome}`))
    return chosen.outcome === 'ordered'
      ? response.redirect().toPath('/wallet#orders')
      : response.redirect().toPath(`/wallet/plans#${line}`)
  }
}
