import router from '@adonisjs/core/services/router'
import { middleware } from '#start/kernel'

const agent = () => import('./controllers/agent_controller.js')

router
  .group(() => {
    router.get('/agent', [agent, 'show']).as('sales_agent.agent.show')
    router
      .get('/agent/settings', [agent, 'edit'])
      .use(middleware.role('manager'))
      .as('sales_agent.agent.edit')
    router
      .post('/agent/settings', [agent, 'update'])
      .use(middleware.role('manager'))
      .as('sales_agent.agent.update')
  })
  .use(middleware.auth())
