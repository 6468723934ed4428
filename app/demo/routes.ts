import router from '@adonisjs/core/services/router'
import { middleware } from '#start/kernel'

const DemoController = () => import('#app/demo/controllers/demo_controller')

router
  .group(() => {
    router.post('/demo/load', [DemoController, 'load']).as('demo.load')
    router.get('/demo/loading', [DemoController, 'loading']).as('demo.loading')
  })
  .use(middleware.auth())
