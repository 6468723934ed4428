import router from '@adonisjs/core/services/router'
import { middleware } from '#start/kernel'

const HealthController = () => import('#app/shared/platform/controllers/health_controller')
const MetricsController = () => import('#app/shared/platform/controllers/metrics_controller')
const OpenApiController = () => import('#app/shared/platform/controllers/openapi_controller')
const DocsController = () => import('#app/shared/platform/controllers/docs_controller')
const JobsController = () => import('#app/shared/platform/controllers/jobs_controller')

router.get('/health/ready', [HealthController, 'ready']).as('shared.ready')
router.get('/metrics', [MetricsController, 'show']).as('shared.metrics')
router.get('/api/v1/openapi.json', [OpenApiController, 'show']).as('shared.openapi')
router.get('/docs', [DocsController, 'show']).as('shared.docs')

router
  .group(() => {
    router.get('/settings/jobs', [JobsController, 'index']).as('index')
    router.post('/settings/jobs/:id/retry', [JobsController, 'retry']).as('retry')
    router.post('/settings/jobs/:id/dismiss', [JobsController, 'dismiss']).as('dismiss')
    router.post('/settings/jobs/:id/cancel', [JobsController, 'cancel']).as('cancel')
  })
  .as('shared.jobs')
  .use([middleware.auth(), middleware.role('owner')])
