/*
 * Middleware in the order in which a request meets it. Rooms add named middleware here, so
 * that their order stays visible in one place.
 */
import router from '@adonisjs/core/services/router'
import server from '@adonisjs/core/services/server'

server.errorHandler(() => import('#app/shared/exceptions/handler'))

server.use([
  () => import('#app/shared/middleware/container_bindings_middleware'),
  () => import('#app/shared/middleware/request_id_middleware'),
  () => import('@adonisjs/static/static_middleware'),
  () => import('@adonisjs/vite/vite_middleware'),
])

// Session and language come before the body, so that a body that cannot be read is answered
// like everything else, and files of strangers are never written.
router.use([
  () => import('#app/shared/middleware/session_middleware'),
  () => import('#app/shared/middleware/detect_locale_middleware'),
  () => import('@adonisjs/auth/initialize_auth_middleware'),
  () => import('#app/accounts/middleware/upload_guard_middleware'),
  () => import('@adonisjs/core/bodyparser_middleware'),
  () => import('#app/shared/middleware/upload_cleanup_middleware'),
  () => import('#app/shared/middleware/shield_middleware'),
])

export const middleware = router.named({
  guest: () => import('#app/accounts/middleware/guest_middleware'),
  auth: () => import('#app/accounts/middleware/auth_middleware'),
  role: () => import('#app/accounts/middleware/role_middleware'),
  operator: () => import('#app/accounts/middleware/operator_middleware'),
  apiKey: () => import('#app/accounts/middleware/api_key_middleware'),
  apiLimit: () => import('#app/shared/middleware/api_limit_middleware'),
  bodyType: () => import('#app/shared/middleware/body_type_middleware'),
  widget: () => import('#app/sales_agent/widget/middleware/widget_middleware'),
  idempotency: () => import('#app/shared/middleware/idempotency_middleware'),
})
