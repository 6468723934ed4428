import router from '@adonisjs/core/services/router'
import { UUID } from '#shared/uuid'
import { middleware } from '#start/kernel'
import '#app/quantization/api_routes'

const Models = () => import('#app/quantization/controllers/models_controller')
const Jobs = () => import('#app/quantization/controllers/jobs_controller')
const Uploads = () => import('#app/quantization/controllers/uploads_controller')
const Settings = () => import('#app/quantization/controllers/settings_controller')
const Reports = () => import('#app/quantization/controllers/job_reports_controller')
const Downloads = () => import('#app/quantization/controllers/downloads_controller')

// Signed links: they work without signing in, also for download managers.
router.get('/d/:token/*', [Downloads, 'show']).as('quantization.files')

router
  .group(() => {
    router.get('/', [Models, 'index']).as('index')
    router.get('/models/:id', [Models, 'show']).as('models.show').where('id', UUID)
    router.get('/jobs', [Jobs, 'index']).as('jobs.index')
    router.get('/jobs/:id', [Jobs, 'show']).as('jobs.show').where('id', UUID)
    router.get('/jobs/:id/live', [Jobs, 'live']).as('jobs.live').where('id', UUID)
    router.get('/jobs/:id/events', [Jobs, 'events']).as('jobs.events').where('id', UUID)
    router.get('/jobs/:id/report.pdf', [Reports, 'show']).as('jobs.report').where('id', UUID)
  })
  .prefix('/quantization')
  .as('quantization')
  .use(middleware.auth())

router
  .group(() => {
    router.get('/models/new', [Models, 'create']).as('models.create')
    router.post('/models', [Models, 'store']).as('models.store')
    router.post('/models/:id/jobs', [Jobs, 'store']).as('jobs.store')
    router.post('/uploads', [Uploads, 'store']).as('uploads.store')
    router.get('/uploads/:id', [Uploads, 'show']).as('uploads.show')
    router.patch('/uploads/:id', [Uploads, 'update']).as('uploads.update')
    router.delete('/uploads/:id', [Uploads, 'destroy']).as('uploads.destroy')
    router.post('/jobs/:id/cancel', [Jobs, 'cancel']).as('jobs.cancel')
    router.post('/jobs/:id/downloads', [Jobs, 'download']).as('downloads.store')
    router
      .post('/jobs/:id/downloads/:downloadId/revoke', [Jobs, 'revoke'])
      .as('downloads.revoke')
      .where('downloadId', UUID)
  })
  .prefix('/quantization')
  .as('quantization')
  .where('id', UUID)
  .use([middleware.auth(), middleware.role('agent')])

router
  .group(() => {
    router.post('/models/:id/delete', [Models, 'destroy']).as('models.destroy').where('id', UUID)
    router.get('/settings', [Settings, 'show']).as('settings')
    router.post('/settings', [Settings, 'update']).as('settings.update')
    router.post('/settings/savings', [Settings, 'savings']).as('settings.savings')
  })
  .prefix('/quantization')
  .as('quantization')
  .use([middleware.auth(), middleware.role('manager')])

router
  .post('/quantization/jobs/:id/local-model', [Jobs, 'local'])
  .as('quantization.jobs.local')
  .where('id', UUID)
  .use([middleware.auth(), middleware.operator()])
