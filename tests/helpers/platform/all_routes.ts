import router from '@adonisjs/core/services/router'

export interface WalkedRoute {
  name: string
  method: string
  pattern: string
  /** Names of the parameters in the pattern. */
  params: string[]
  isApi: boolean
  isWidget: boolean
}

/** Every route of the product, one entry per method; those of the tests themselves left out. */
export function allRoutes(): WalkedRoute[] {
  const routes = Object.values(router.toJSON()).flat()
  return routes
    .filter(({ name }) => !name?.includes('test-probe'))
    .flatMap(({ name, pattern, methods }) =>
      methods
        .filter((method) => method !== 'HEAD')
        .map((method) => ({
          name: name ?? `${method} ${pattern}`,
          method,
          pattern,
          params: [...pattern.matchAll(/:(\w+)/g)].map(([, param]) => param!),
          isApi: pattern.startsWith('/api/v1/'),
          isWidget: pattern.startsWith('/widget/'),
        }))
    )
}

/**
 * Table whose rows a parameter names, by the part of the address before it (without `/api/v1`).
 * A new route with a parameter must be added here, or the walk over all routes fails.
 */
const TABLES: Record<string, string> = {
  '/workspaces/:id': 'workspaces',
  '/settings/members/:id': 'memberships',
  '/settings/invitations/:id': 'invitations',
  '/settings/keys/:id': 'api_keys',
  '/settings/outbox/:id': 'outbox_messages',
  '/settings/jobs/:id': 'conversations',
  '/notices/:id': 'notices',
  '/reports/copies/:id': 'report_files',
  '/conversations/:id': 'conversations',
  '/catalog/imports/:id': 'catalog_imports',
  '/catalog/:id': 'products',
  '/products/:id': 'products',
  '/prospects/imports/:id': 'prospect_imports',
  '/prospects/:id': 'prospects',
  '/companies/:id': 'companies',
  '/deals/:id': 'deals',
  '/pipeline/deals/:id': 'deals',
  '/tasks/:id': 'tasks',
  '/notes/:id': 'notes',
  '/wallet/orders/:id': 'wallet_orders',
  '/wallet/billing/invoices/:id': 'wallet_invoices',
  '/models/uploads/:id': 'quantization_uploads',
  '/models/:id': 'quantization_models',
  '/quantization/uploads/:id': 'quantization_uploads',
  '/quantization/models/:id': 'quantization_models',
  '/quantization/jobs/:id': 'quantization_jobs',
  '/quantization/jobs/:id/downloads/:id': 'quantization_downloads',
}

/** Parameters that name nothing of a workspace, with a value that makes sense. */
const VALUES: Record<string, string> = {
  '/reports/weekly/:week': '2026-W46',
  '/reset-password/:token': 'nonsense',
  '/invitations/:token': 'nonsense',
  '/attachments/:index': '0',
  '/d/:token': 'nonsense',
  '/wallet/box/events/:id': 'evt_nonsense',
}

export interface Parameter {
  table?: string
  value?: string
}

/** What a parameter of a route stands for; undefined when nobody has said it. */
export function parameterOf(pattern: string, param: string): Parameter | undefined {
  const path = pattern.replace(/^\/api\/v1/, '')
  const prefix = path.slice(0, path.indexOf(`:${param}`) + param.length + 1)
  const known = Object.entries(VALUES).find(([end]) => prefix.endsWith(end))
  if (known) return { value: known[1] }
  const table = TABLES[prefix.replace(/:\w+$/, ':id')]
  return table ? { table } : undefined
}

/** The address of a route, with ids of the given workspace; undefined when it has no such row. */
export function addressOf(
  route: WalkedRoute,
  idIn: (table: string) => string | undefined
): string | undefined {
  let address = route.pattern
  for (const param of route.params) {
    const parameter = parameterOf(route.pattern, param)
    const value = parameter?.value ?? (parameter?.table ? idIn(parameter.table) : undefined)
    if (value === undefined) return undefined
    address = address.replace(new RegExp(`:${param}\\b\\??`), encodeURIComponent(value))
  }
  return address
}

/** Whether the address names a row of a workspace. */
export function namesARow(route: WalkedRoute): boolean {
  return route.params.some((param) => parameterOf(route.pattern, param)?.table !== undefined)
}
