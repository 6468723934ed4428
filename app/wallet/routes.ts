import router from '@adonisjs/core/services/router'
import { middleware } from '#start/kernel'
import { api } from '#shared/api/route'
import { transfersQuery } from '#app/wallet/validators/wallet_validators'
import { transfersResponse, walletResponse } from '#app/wallet/validators/api_shapes'

const wallet = () => import('#app/wallet/controllers/wallet_controller')
const plans = () => import('#app/wallet/controllers/plans_controller')
const orders = () => import('#app/wallet/controllers/orders_controller')
const boxOrders = () => import('#app/wallet/controllers/box_orders_controller')
const history = () => import('#app/wallet/controllers/history_controller')
const limits = () => import('#app/wallet/controllers/limits_controller')
const billing = () => import('#app/wallet/controllers/billing_controller')
const boxBilling = () => import('#app/wallet/controllers/box_billing_controller')
const stripeHook = () => import('#app/wallet/controllers/stripe_hook_controller')
const apiWallet = () => import('#app/wallet/controllers/api_wallet_controller')

router
  .group(() => {
    router.get('/', [wallet, 'show']).as('wallet.show')
    router
      .post('/tip/ignore', [wallet, 'ignoreTip'])
      .as('wallet.tip.ignore')
      .use(middleware.role('manager'))
    router.get('/history.csv', [history, 'download']).as('wallet.history.download')
    router
      .post('/limits', [limits, 'update'])
      .as('wallet.limits.update')
      .use(middleware.role('owner'))
    router.get('/plans', [plans, 'index']).as('wallet.plans.index')
    router
      .post('/plans/trial', [plans, 'startTrial'])
      .as('wallet.plans.trial')
      .use(middleware.role('owner'))
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
      .post('/orders/:id/quote', [boxOrders, 'quote'])
      .as('wallet.orders.quote')
      .use(middleware.operator())
    router
      .post('/orders/:id/cancel', [orders, 'cancel'])
      .as('wallet.orders.cancel')
      .use(middleware.role('manager'))
    router
      .post('/orders/:id/pay', [orders, 'pay'])
      .as('wallet.orders.pay')
      .use(middleware.role('manager'))
    router.get('/orders/:id/return', [orders, 'back']).as('wallet.orders.return')
    router
      .group(() => {
        router.get('/', [billing, 'show']).as('wallet.billing.show')
        router.get('/invoices/:id', [billing, 'invoice']).as('wallet.billing.invoice')
      })
      .prefix('/billing')
      .use(middleware.role('manager'))
    router
      .group(() => {
        router.post('/', [billing, 'update']).as('wallet.billing.update')
        router.post('/portal', [billing, 'portal']).as('wallet.billing.portal')
      })
      .prefix('/billing')
      .use(middleware.role('owner'))
    router
      .group(() => {
        router.get('/seller', [boxBilling, 'seller']).as('wallet.box.seller')
        router.post('/seller', [boxBilling, 'saveSeller']).as('wallet.box.seller.save')
        router.get('/events', [boxBilling, 'events']).as('wallet.box.events')
        router.post('/events/:id/replay', [boxBilling, 'replay']).as('wallet.box.events.replay')
      })
      .prefix('/box')
      .use(middleware.operator())
  })
  .prefix('/wallet')
  .use(middleware.auth())

router.post('/hooks/stripe', [stripeHook, 'receive']).as('wallet.hooks.stripe')

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
