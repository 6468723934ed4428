import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import { countryOptions } from '#app/wallet/billing/countries'
import { readSeller, saveSeller } from '#app/wallet/billing/seller'
import { EU_COUNTRIES, normaliseVatId } from '#app/wallet/billing/vat'
import { stripeIsOn } from '#app/wallet/stripe/client'
import { listEvents } from '#app/wallet/stripe/inbox/list_events'
import { processEvent } from '#app/wallet/stripe/inbox/process_event'
import { eventsQuery, sellerProfile } from '#app/wallet/validators/wallet_validators'
import { E_NOT_FOUND } from '#shared/exceptions/errors'

/** What the operator of the box sees of its payments: who sells, and what Stripe has told. */
export default class BoxBillingController {
  async seller({ i18n, view }: HttpContext) {
    const seller = await readSeller()
    return view.render('wallet/seller', { seller, countries: countryOptions(i18n.locale) })
  }

  async saveSeller({ i18n, request, response, session }: HttpContext) {
    const { vat_id: typed, ...seller } = await request.validateUsing(sellerProfile)
    const inUnion = EU_COUNTRIES.includes(seller.country)
    const vatId = typed && inUnion ? normaliseVatId(seller.country, typed) : null
    if (typed && !vatId) {
      session.flashAll()
      session.flash('inputErrorsBag', { vat_id: [i18n.t('wallet.billing.vat_wrong')] })
    } else {
      await saveSeller({ ...seller, vatId })
      session.flash('success', i18n.t('wallet.seller.saved'))
    }
    return response.redirect().toPath('/wallet/box/seller')
  }

  async events({ request, view }: HttpContext) {
    const [error, filter] = await eventsQuery.tryValidate(request.qs())
    const chosen = error ? {} : filter
    const { items, nextCursor } = await listEvents(chosen)
    const query = new URLSearchParams({
      ...(chosen.state ? { state: chosen.state } : {}),
      cursor: nextCursor ?? '',
    })
    return view.render('wallet/events', {
      events: items,
      filter: chosen,
      next: nextCursor ? `/wallet/box/events?${query}` : null,
      online: stripeIsOn(),
    })
  }

  /** Handles an event again. Safe at any time: handling fetches what is true now. */
  async replay({ i18n, params, response, session }: HttpContext) {
    const event = await db.from('stripe_events').where('id', String(params.id)).first()
    if (!event) throw new E_NOT_FOUND()
    try {
      await processEvent(event.id)
      session.flash('success', i18n.t('wallet.events.replayed'))
    } catch {
      session.flash('error', i18n.t('wallet.events.still_fails'))
    }
    return response.redirect().toPath('/wallet/box/events')
  }
}
