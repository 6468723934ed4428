import router from '@adonisjs/core/services/router'
import { api } from '#shared/api/route'
import { middleware } from '#start/kernel'
import {
  productBody,
  productResponse,
  productsQuery,
  productsResponse,
} from '#app/sales_agent/catalog/validators/product_validators'

const Products = () => import('#app/sales_agent/catalog/controllers/products_controller')
const Imports = () => import('#app/sales_agent/catalog/controllers/imports_controller')
const ApiProducts = () => import('#app/sales_agent/catalog/controllers/api_products_controller')

router
  .group(() => {
    router.get('/', [Products, 'index']).as('index')
    router.get('/import', [Imports, 'create']).as('import').use(middleware.role('manager'))
    router.post('/import', [Imports, 'store']).as('import.store').use(middleware.role('manager'))
    router
      .group(() => {
        router.get('/imports/:id', [Imports, 'show']).as('imports.show')
        router.get('/imports/:id/rejected.csv', [Imports, 'rejected']).as('imports.rejected')
        router.get('/:id', [Products, 'show']).as('show')
        router.post('/:id', [Products, 'update']).as('update').use(middleware.role('manager'))
      })
      .where('id', router.matchers.uuid())
  })
  .prefix('/catalog')
  .as('sales_agent.catalog')
  .use(middleware.auth())

api.get('/products', [ApiProducts, 'index'], {
  scope: 'catalog:read',
  tag: 'Catalogue',
  summary: 'Products of the catalogue',
  description: 'The newest first. `q` searches titles, texts and SKUs in every language.',
  query: productsQuery,
  response: productsResponse,
})

api.post('/products', [ApiProducts, 'store'], {
  scope: 'catalog:write',
  tag: 'Catalogue',
  summary: 'Create or update a product',
  description:
    'The product with this handle, else with this SKU, is replaced; a new one answers 201. ' +
    'Prices are decimal strings such as "29.99".',
  body: productBody,
  response: productResponse,
  status: 201,
})
