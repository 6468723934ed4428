import router from '@adonisjs/core/services/router'
import { middleware } from '#start/kernel'
import { api } from '#shared/api/route'
import { transfersQuery } from '#app/wallet/validators/wallet_validators'
import { transfersResponse, walletResponse } from '#app/wallet/validators/api_shapes'

const wallet = () => import('#app/wallet/controllers/wallet_controller')
const plans = () => import('#app/wallet/controllers/plans_controller')
const orders = () => import('#app/wallet/controllers/orders_controller')
const boxOrders = () => import('#app/wallet/controllers/box_orders_controller')
const apiWallet = () => import('#app/wallet/controllers/api_wallet_controller')

router
  .group(() => {
    router.get('/', [wallet, 'show']).as('wallet.show')
    router
      .post('/tip/ignore', [wallet, 'ignoreTip'])
      .as('wallet.tip.ignore')
      .use(middleware.role('manager'))
    router.get('/plans', [plans, 'index']).as('wallet.plans.index')
    router.post('/plans', [plans, 'store']).as('wallet.plans.store').use(middleware.role('owner'))
    router
      .post('/orders', [orders, 'store'])
      .as('wallet.orders.store')
      .use(middleware.role('manager'))
    router.get('/orders', [boxOrders, 'index']).as('wallet.orders.index').use(middleware.operator())
    router
      .post('/orders/:id/confirm', [boxOrders, 'confirm'])
      .as('wallet.orders.confirm')
      .use(middleware.operator())
    router
      .post('/orders/:id/refuse', [boxOrders, 'refuse'])
      .as('wallet.orders.refuse')
      .use(middleware.operator())
    router
      .post('/orders/:id/cancel', [orders, 'cancel'])
      .as('wallet.orders.cancel')
      .use(middleware.role('manager'))
  })
  .prefix('/wallet')
  .use(middleware.auth())

api.get('/wallet', [apiWallet, 'show'], {
  scope: 'wallet:read',
  tag: 'Wallet',
  summary: 'Balances of the current month',
  description: 'Dollars are integers of micro-dollars (10⁻⁶ USD).',
  response: walletResponse,
})
api.get('/wallet/transfers', [apiWallet, 'transfers'], {
  scope: 'wallet:read',
  tag: 'Wallet',
  summary: 'History of the wallet, the latest first',
  query: transfersQuery,
  response: transfersResponse,
})
