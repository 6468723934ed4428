import type { HttpContext } from '@adonisjs/core/http'
import { recordAudit } from '#accounts'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { MAX_PRICE_CENTS, parsePrice } from '#app/sales_agent/catalog/import/price'
import { parseStock } from '#app/sales_agent/catalog/import/stock'
import {
  changeVariants,
  type VariantChange,
} from '#app/sales_agent/catalog/services/change_variants'
import { catalogueShape } from '#app/sales_agent/catalog/services/catalogue_shape'
import { listProducts } from '#app/sales_agent/catalog/services/list_products'
import { showProduct } from '#app/sales_agent/catalog/services/show_product'
import {
  productListQuery,
  variantsBody,
} from '#app/sales_agent/catalog/validators/product_validators'

const PAGE_SIZE = 40

export default class ProductsController {
  async index({ request, view, workspace, i18n }: HttpContext) {
    // A filter from an old link that means nothing any more shows everything, not an error.
    const [problem, read] = await productListQuery.tryValidate(request.qs())
    const query = problem ? {} : read
    const { available, ...filters } = query
    const [page, shape] = await Promise.all([
      listProducts({
        workspaceId: workspace.id,
        locale: i18n.locale,
        ...filters,
        available: available === undefined ? undefined : available === 'yes',
        limit: PAGE_SIZE,
      }),
      catalogueShape(workspace.id, i18n.locale),
    ])
    const kept = Object.fromEntries(
      Object.entries(query).filter(([name]) => name !== 'cursor' && name !== 'limit')
    ) as { [name: string]: string }
    const next = new URLSearchParams({
      ...kept,
      ...(page.nextCursor ? { cursor: page.nextCursor } : {}),
    })
    return view.render('sales_agent/catalog/index', {
      products: page.items,
      next: page.nextCursor ? `/catalog?${next}` : null,
      filters: query,
      filtered: Object.keys(kept).length > 0,
      ...shape,
    })
  }

  async show({ params, view, workspace, i18n }: HttpContext) {
    const product = await showProduct(workspace.id, params.id)
    if (!product) throw new E_NOT_FOUND()
    const text =
      product.texts.find(({ locale }) => locale === i18n.locale) ??
      product.texts.find(({ locale }) => locale === product.defaultLocale) ??
      product.texts[0]
    product.texts.sort((a, b) => Number(b === text) - Number(a === text))
    const labels = product.variants.map((variant) =>
      Object.values(variant.options[i18n.locale] ?? Object.values(variant.options)[0] ?? {}).join(
        ', '
      )
    )
    return view.render('sales_agent/catalog/show', { product, text, labels })
  }

  async update({ params, request, response, session, workspace, user, i18n }: HttpContext) {
    const { variants } = await request.validateUsing(variantsBody)
    const changes: VariantChange[] = []
    const mistakes: { [field: string]: string[] } = {}
    for (const [index, variant] of variants.entries()) {
      const price = parsePrice(variant.price)
      if (!price || price.cents < 0 || price.cents > MAX_PRICE_CENTS) {
        mistakes[`variants.${index}.price`] = [i18n.t('catalog.product.bad_price')]
      }
      const stock = parseStock(variant.stock ?? '')
      if (!stock) mistakes[`variants.${index}.stock`] = [i18n.t('catalog.product.bad_stock')]
      if (price && stock)
        changes.push({ id: variant.id, priceCents: price.cents, stock: stock.stock })
    }
    if (Object.keys(mistakes).length > 0) {
      session.flashExcept(['_csrf'])
      session.flash('inputErrorsBag', mistakes)
      session.flash('error', i18n.t('catalog.product.not_saved'))
      return response.redirect(`/catalog/${params.id}`)
    }
    const found = await changeVariants(workspace.id, params.id, changes)
    if (found === 0) throw new E_NOT_FOUND()
    await recordAudit({
      workspaceId: workspace.id,
      actorId: user.id,
      action: 'catalog.product_changed',
      subjectType: 'product',
      subjectId: params.id,
      details: { variants: found },
    })
    session.flash('success', i18n.t('catalog.product.saved'))
    return response.redirect(`/catalog/${params.id}`)
  }
}
