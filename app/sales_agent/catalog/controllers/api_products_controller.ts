import { errors } from '@vinejs/vine'
import type { HttpContext } from '@adonisjs/core/http'
import { DEFAULT_LIMIT } from '#shared/pagination'
import { centsToDecimal } from '#shared/money'
import { listProducts, type ProductListItem } from '#app/sales_agent/catalog/services/list_products'
import { saveProduct } from '#app/sales_agent/catalog/services/save_product'
import { showProduct } from '#app/sales_agent/catalog/services/show_product'
import { productBody, productsQuery } from '#app/sales_agent/catalog/validators/product_validators'

export default class ApiProductsController {
  async index({ request, workspace }: HttpContext) {
    const query = await productsQuery.validate(request.qs())
    const page = await listProducts({
      workspaceId: workspace.id,
      locale: workspace.locale,
      ...query,
      limit: query.limit ?? DEFAULT_LIMIT,
    })
    return { data: page.items.map(serialize), nextCursor: page.nextCursor }
  }

  async store({ request, response, workspace }: HttpContext) {
    const input = await request.validateUsing(productBody)
    const outcome = await saveProduct(workspace, input)
    if (!outcome.ok) {
      const message =
        outcome.reason === 'bad_price'
          ? 'This is not an amount: use a form like "29.99".'
          : 'The product needs a title.'
      throw new errors.E_VALIDATION_ERROR([{ field: outcome.field, message, rule: outcome.reason }])
    }
    const product = (await showProduct(workspace.id, outcome.id))!
    return response.status(outcome.created ? 201 : 200).json({
      id: product.id,
      created: outcome.created,
      handle: product.handle,
      title: product.texts[0]!.title,
      price: centsToDecimal(product.priceMinCents),
      currency: product.currency,
      available: product.available,
      stock: product.stock,
    })
  }
}

function serialize(product: ProductListItem) {
  return {
    id: product.id,
    handle: product.handle,
    title: product.title,
    category: product.category,
    kind: product.kind,
    status: product.status,
    price: centsToDecimal(product.priceMinCents),
    priceMax: centsToDecimal(product.priceMaxCents),
    currency: product.currency,
    available: product.available,
    stock: product.stock,
    url: product.url,
    image: product.image,
    updatedAt: product.updatedAt.toISOString(),
  }
}
