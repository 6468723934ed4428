import app from '@adonisjs/core/services/app'
import router from '@adonisjs/core/services/router'
import '#app/shared/platform/routes'

const ManifestController = () => import('#shared/portal/controllers/manifest_controller')
const OfflineController = () => import('#shared/portal/controllers/offline_controller')
const ComponentsController = () => import('#shared/portal/controllers/components_controller')

router.get('/health/live', ({ response }) => response.json({ status: 'ok' })).as('shared.live')
router.get('/manifest.webmanifest', [ManifestController, 'show']).as('shared.manifest')
router.get('/offline', [OfflineController, 'show']).as('shared.offline')

if (app.inDev || app.inTest) {
  router.get('/components', [ComponentsController, 'show']).as('shared.components')
}
