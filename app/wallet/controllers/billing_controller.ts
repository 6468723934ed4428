import type { HttpContext } from '@adonisjs/core/http'
import { readCustomer } from '#app/wallet/billing/customer'
import { findInvoice, listInvoices } from '#app/wallet/billing/list_invoices'
import { renderInvoicePdf } from '#app/wallet/billing/pdf/render_invoice'
import { invoiceNumber } from '#app/wallet/billing/issue_invoice'
import { countryOptions } from '#app/wallet/billing/countries'
import { EU_COUNTRIES, normaliseVatId } from '#app/wallet/billing/vat'
import { stripeIsOn } from '#app/wallet/stripe/client'
import { openPortal, saveProfile } from '#app/wallet/stripe/open_portal'
import { billingProfile, orderParams } from '#app/wallet/validators/wallet_validators'
import { sendPdf } from '#shared/pdf/send_pdf'
import { E_NOT_FOUND } from '#shared/exceptions/errors'

/** Who is invoiced, with which card, and the invoices. */
export default class BillingController {
  async show({ i18n, request, view, workspace }: HttpContext) {
    const [customer, invoices] = await Promise.all([
      readCustomer(workspace.id),
      listInvoices(workspace.id, { cursor: request.input('cursor') }),
    ])
    return view.render('wallet/billing', {
      customer,
      invoices: invoices.items.map((invoice) => ({ ...invoice, number: invoiceNumber(invoice) })),
      next: invoices.nextCursor ? `/wallet/billing?cursor=${invoices.nextCursor}` : null,
      first: request.input('cursor') ? '/wallet/billing' : null,
      countries: countryOptions(i18n.locale),
      online: stripeIsOn(),
    })
  }

  async update({ i18n, request, response, session, workspace }: HttpContext) {
    const {
      name,
      address,
      country,
      vat_id: typed,
      email,
    } = await request.validateUsing(billingProfile)
    const inUnion = country !== null && EU_COUNTRIES.includes(country)
    const vatId = typed && inUnion ? normaliseVatId(country, typed) : null
    if (typed && !vatId) {
      session.flashAll()
      session.flash('inputErrorsBag', { vat_id: [i18n.t('wallet.billing.vat_wrong')] })
      return response.redirect().toPath('/wallet/billing')
    }
    await saveProfile(workspace.id, { name, address, country, vatId, email })
    session.flash('success', i18n.t('wallet.billing.saved'))
    return response.redirect().toPath('/wallet/billing')
  }

  async portal({ i18n, response, session, workspace }: HttpContext) {
    const opened = await openPortal(workspace.id)
    if (opened.ok) return response.redirect(opened.url)
    session.flash('error', i18n.t(`wallet.pay.${opened.reason}`))
    return response.redirect().toPath('/wallet/billing')
  }

  async invoice(ctx: HttpContext) {
    const { i18n, params, workspace } = ctx
    const [error, valid] = await orderParams.tryValidate(params)
    const invoice = error ? null : await findInvoice(workspace.id, valid.id)
    if (!invoice) throw new E_NOT_FOUND()
    const pdf = await renderInvoicePdf(invoice, i18n, workspace.timezone)
    sendPdf(ctx, pdf, `${invoiceNumber(invoice)}.pdf`)
  }
}
