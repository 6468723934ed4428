import router from '@adonisjs/core/services/router'
import type { VineValidator } from '@vinejs/vine'
import { middleware } from '#start/kernel'

type AnyValidator = VineValidator<any, any>
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** What the OpenAPI document and the guards need to know about one operation. */
export interface ApiOperation {
  /** Permission that the API key must carry, `<room>:<read|write>`. */
  scope: string
  /** One line in plain English. */
  summary: string
  description?: string
  tag: string
  /** Validators of what comes in; the controller still calls `request.validateUsing`. */
  body?: AnyValidator
  query?: AnyValidator
  /** Shape of the successful answer. */
  response?: AnyValidator
  /** Status of the successful answer. Default 200. */
  status?: number
  /** Media types of the body. Default `application/json`; uploads name `multipart/form-data`. */
  consumes?: string[]
  /** Media types beside `application/json` that the operation can answer with. */
  produces?: string[]
}

export interface RegisteredOperation extends ApiOperation {
  method: Method
  /** Path below `/api/v1` in AdonisJS notation, e.g. `/deals/:id/stage`. */
  path: string
}

const operations: RegisteredOperation[] = []

/** Every operation registered so far, for the OpenAPI document. */
export function registeredOperations(): readonly RegisteredOperation[] {
  return operations
}

/** Lazily imported controller and the name of its method. */
type Handler = [() => Promise<{ default: new (...args: any[]) => any }>, string]

const DEFAULT_BODIES = ['application/json']

function register(method: Method, path: string, handler: Handler, operation: ApiOperation) {
  operations.push({ ...operation, method, path })
  const route = router[method](`/api/v1${path}`, handler as never)
    .use(middleware.apiKey({ scope: operation.scope }))
    .use(middleware.apiLimit())
  if (method !== 'get') {
    route.use(middleware.bodyType(operation.consumes ?? DEFAULT_BODIES))
    route.use(middleware.idempotency())
  }
  return route.as(`api.${method}.${path.replace(/^\//, '').replace(/[/:]+/g, '.')}`)
}

/**
 * Registers operations of the public API under `/api/v1`: bearer API key with the scope, rate
 * limit, `Idempotency-Key` on writes, problem+json errors, and an entry in the OpenAPI document.
 *
 * @example
 * api.get('/wallet', [() => import('./controllers/api_wallet_controller.js'), 'show'], {
 *   scope: 'wallet:read', tag: 'Wallet', summary: 'Balances of the current period',
 * })
 */
export const api = {
  get: register.bind(null, 'get'),
  post: register.bind(null, 'post'),
  put: register.bind(null, 'put'),
  patch: register.bind(null, 'patch'),
  delete: register.bind(null, 'delete'),
}
