import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import { dateFormat } from '#shared/i18n/intl_formats'
import { upgradeGifts, type PlanLine } from '#config/plans'
import { ChoosePlan } from '#app/wallet/services/choose_plan'
import { PLAN_LINES, freePlanOf, plansOfLine } from '#app/wallet/services/plan_book'
import { startTrial } from '#app/wallet/services/trials'
import { readOrders } from '#app/wallet/services/read_wallet_page'
import { stripeIsOn } from '#app/wallet/stripe/client'
import { planChange } from '#app/wallet/validators/wallet_validators'

/** Whether a line costs nothing yet, so that its trial may begin. */
function isFreeNow(line: PlanLine, plan: string | undefined): boolean {
  return plan === undefined || plan === freePlanOf(line)?.id
}

export default class PlansController {
  async index({ view, workspace }: HttpContext) {
    const [subscriptions, orders, trials] = await Promise.all([
      db.from('wallet_subscriptions').where('workspace_id', workspace.id),
      readOrders(workspace.id),
      db.from('wallet_trials').where('workspace_id', workspace.id),
    ])
    const lines = PLAN_LINES.map((line) => {
      const current = subscriptions.find((subscription) => subscription.line === line)
      const waiting = orders.find((order) => order.status === 'pending' && order.line === line)
      return {
        id: line,
        since: current?.since ?? null,
        endsAt: current?.ends_at ?? null,
        hasNext: Boolean(current?.next_plan),
        engagedUntil: current?.engaged_until ?? null,
        billed: Boolean(current?.paid_until && current.stripe_subscription_id),
        trialEndsAt: current?.trial_ends_at ?? null,
        mayTry: !trials.some((trial) => trial.line === line) && isFreeNow(line, current?.plan),
        plans: plansOfLine(line).map((plan) => ({
          ...plan,
          current: current?.plan === plan.id,
          waiting: waiting?.plan === plan.id,
          next: current?.next_plan === plan.id,
          gift: upgradeGifts.find(
            (gift) => gift.line === line && gift.from === current?.plan && gift.to === plan.id
          ),
        })),
      }
    })
    return view.render('wallet/plans', { lines, online: stripeIsOn() })
  }

  async store({ i18n, request, response, session, user, workspace }: HttpContext) {
    const { line, plan, engagement } = await request.validateUsing(planChange)
    const chosen = await new ChoosePlan().handle({
      workspaceId: workspace.id,
      timezone: workspace.timezone,
      userId: user.id,
      line,
      plan,
      engagementMonths: engagement,
    })
    const day = (at: Date) =>
      dateFormat(i18n.locale, { dateStyle: 'long', timeZone: workspace.timezone }).format(at)
    if (!chosen.ok) {
      const until = chosen.reason === 'engaged' ? { date: day(chosen.until) } : {}
      session.flash('error', i18n.t(`wallet.plan.${chosen.reason}`, until))
      return response.redirect().toPath('/wallet/plans')
    }
    if (chosen.outcome === 'redirect') return response.redirect(chosen.url)
    const at = 'at' in chosen ? { date: day(chosen.at) } : {}
    session.flash('success', i18n.t(`wallet.plan.${chosen.outcome}`, at))
    return chosen.outcome === 'ordered'
      ? response.redirect().toPath('/wallet#orders')
      : response.redirect().toPath(`/wallet/plans#${line}`)
  }

  /** Some days of a paid plan, without a card, once per line. */
  async startTrial({ i18n, request, response, session, user, workspace }: HttpContext) {
    const { line, plan } = await request.validateUsing(planChange)
    const input = { workspaceId: workspace.id, userId: user.id, line, plan }
    const started = await startTrial(input)
    if (started.ok) {
      const date = dateFormat(i18n.locale, { dateStyle: 'long', timeZone: workspace.timezone })
      const until = { date: date.format(started.endsAt) }
      session.flash('success', i18n.t('wallet.trial.started', until))
    } else session.flash('error', i18n.t(`wallet.trial.${started.reason}`))
    return response.redirect().toPath(`/wallet/plans#${line}`)
  }
}
