import type { HttpContext } from '@adonisjs/core/http'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { boardData } from '#app/crm/controllers/pipeline_controller'
import { refuseField } from '#app/crm/controllers/refuse'
import { userActor } from '#app/crm/services/actor'
import { ChangeDeal, type DealChange } from '#app/crm/services/change_deal'
import {
  loseDealValidator,
  moveDealValidator,
  winDealValidator,
} from '#app/crm/validators/deal_validators'
import { withoutZeros } from '#app/crm/validators/rules'

/** Steps of a deal, from the board and from its own page. */
export default class DealStageController {
  async move(ctx: HttpContext) {
    const { stage, afterId } = await ctx.request.validateUsing(moveDealValidator)
    return this.change(ctx, { kind: 'move', stage, afterId })
  }

  async win(ctx: HttpContext) {
    const { amount } = await ctx.request.validateUsing(winDealValidator)
    return this.change(ctx, { kind: 'win', amountCents: amount as number | null | undefined })
  }

  async lose(ctx: HttpContext) {
    const form = await ctx.request.validateUsing(loseDealValidator)
    const reason = form.reason === 'other' ? (form.details ?? '') : form.reason
    return this.change(ctx, { kind: 'lose', reason: withoutZeros(reason) })
  }

  async reopen(ctx: HttpContext) {
    return this.change(ctx, { kind: 'reopen' })
  }

  private async change(ctx: HttpContext, change: DealChange) {
    const { workspace, params, request, response, session, user, i18n } = ctx
    const fromBoard = request.header('HX-Request') === 'true'
    const result = await new ChangeDeal().handle({
      workspaceId: workspace.id,
      dealId: params.id,
      change,
      actor: userActor(user),
    })
    if (result.ok) {
      if (fromBoard) return ctx.view.render('crm/pipeline/board', await boardData(ctx))
      session.flash(
        'success',
        i18n.t(`crm.deal.${result.deal.status === 'open' ? 'moved' : result.deal.status}`)
      )
      return response.redirect().back()
    }

    switch (result.reason) {
      case 'deal_not_found':
      case 'stage_not_found':
        throw new E_NOT_FOUND()
      case 'amount_missing': {
        const page = `/deals/${params.id}#win`
        refuseField(ctx, 'amount', i18n.t('crm.error.amount_missing'))
        if (!fromBoard) return response.redirect(page)
        return response.header('HX-Redirect', page).status(200).send('')
      }
      case 'reason_missing':
        refuseField(ctx, 'reason', i18n.t('crm.error.reason_missing'))
        return response.redirect(`/deals/${params.id}#lose`)
    }
  }
}
