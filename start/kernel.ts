/*
 * Middleware in the order in which a request meets it. Rooms add named middleware here, so
 * that their order stays visible in one place.
 */
import router from '@adonisjs/core/services/router'
import server from '@adonisjs/core/services/server'

server.errorHandler(() => import('#app/shared/exceptions/handler'))

server.use([
  () => import('#app/shared/middleware/container_bindings_middleware'),
  () => import('@adonisjs/static/static_middleware'),
  () => import('@adonisjs/vite/vite_middleware'),
])

router.use([
  () => import('@adonisjs/core/bodyparser_middleware'),
  () => import('@adonisjs/session/session_middleware'),
  () => import('#app/shared/middleware/detect_locale_middleware'),
  () => import('@adonisjs/shield/shield_middleware'),
  () => import('@adonisjs/auth/initialize_auth_middleware'),
])

export const middleware = router.named({
  guest: () => import('#app/accounts/middleware/guest_middleware'),
  auth: () => import('#app/accounts/middleware/auth_middleware'),
  role: () => import('#app/accounts/middleware/role_middleware'),
  apiKey: () => import('#app/accounts/middleware/api_key_middleware'),
})
