import router from '@adonisjs/core/services/router'
import { middleware } from '#start/kernel'

const widget = () => import('./controllers/widget_controller.js')

router
  .get('/widget.js', [() => import('./controllers/widget_script_controller.js'), 'handle'])
  .as('sales_agent.widget.script')

router
  .group(() => {
    router
      .post('/session', [widget, 'session'])
      .use(middleware.widget('key'))
      .as('sales_agent.widget.session')
    router
      .post('/messages', [widget, 'send'])
      .use(middleware.widget('visitor'))
      .as('sales_agent.widget.send')
    router
      .get('/history', [widget, 'history'])
      .use(middleware.widget('visitor'))
      .as('sales_agent.widget.history')
    router
      .post('/contact', [widget, 'contact'])
      .use(middleware.widget('visitor'))
      .as('sales_agent.widget.contact')
    router
      .route('/*', ['OPTIONS'], [() => import('./controllers/preflight_controller.js'), 'handle'])
      .as('sales_agent.widget.preflight')
  })
  .prefix('/widget/v1')
