import router from '@adonisjs/core/services/router'
import { api } from '#shared/api/route'
import { middleware } from '#start/kernel'
import {
  weeklyReportQuery,
  weeklyReportResponse,
} from '#app/reports/validators/weekly_report_validators'

const Weeks = () => import('#app/reports/controllers/weekly_reports_controller')
const Settings = () => import('#app/reports/controllers/report_settings_controller')

router
  .group(() => {
    router.get('/', [Weeks, 'index']).as('index')
    router.get('/weekly/:week.pdf', [Weeks, 'pdf']).as('weekly.pdf')
    router.get('/weekly/:week', [Weeks, 'show']).as('weekly.show')
    router.get('/copies/:id', [Weeks, 'copy']).as('copies.show').where('id', router.matchers.uuid())
    router.get('/settings', [Settings, 'edit']).as('settings.edit')
    router
      .post('/settings', [Settings, 'update'])
      .as('settings.update')
      .use(middleware.role('manager'))
    router.post('/subscription', [Settings, 'subscribe']).as('subscription.store')
    router.post('/subscription/end', [Settings, 'unsubscribe']).as('subscription.destroy')
  })
  .prefix('/reports')
  .as('reports')
  .use(middleware.auth())

api.get(
  '/reports/weekly',
  [() => import('#app/reports/controllers/api_weekly_reports_controller'), 'show'],
  {
    scope: 'reports:read',
    tag: 'Reports',
    summary: 'The report of one week',
    description:
      'Figures, attributed revenue, cost and return of a week in the workspace’s own time zone. ' +
      'With `Accept: application/pdf` the answer is the printed report.',
    query: weeklyReportQuery,
    response: weeklyReportResponse,
    produces: ['application/pdf'],
  }
)
