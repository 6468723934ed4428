import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import { registeredOperations } from '#shared/api/route'
import { exampleOf } from '#shared/platform/openapi/example'
import { schemaOf } from '#shared/platform/openapi/schemas'
import {
  addressOf,
  allRoutes,
  namesARow,
  parameterOf,
  type WalkedRoute,
} from '#tests/helpers/platform/all_routes'
import { crawlForms } from '#tests/helpers/platform/crawl_forms'
import {
  fingerprintOfWorkspace,
  plantWorkspace,
  type PlantedWorkspace,
} from '#tests/helpers/platform/planted_workspace'
import { givenAMember } from '#tests/helpers/platform/members'
import { hasFailed, Walker, type Answer, type Fields } from '#tests/helpers/platform/walker'

/*
 * The wall between businesses, checked on every route that exists. Workspace B holds rows whose
 * texts carry a marker; A asks for them in every way that the product offers. B must never show.
 */

/** Routes that anybody may call. Everything else asks who is there. */
const PUBLIC = new Set([
  'shared.live',
  'shared.ready',
  'shared.metrics',
  'shared.openapi',
  'shared.docs',
  'shared.manifest',
  'shared.offline',
  'shared.components',
  'reports.home',
  'sales_agent.widget.script',
])
const PUBLIC_PREFIXES = [
  'accounts.sign_up',
  'accounts.session',
  'accounts.google',
  'accounts.password_reset',
  'accounts.locale',
  'accounts.invitations.show',
  'accounts.invitations.accept',
  'quantization.files',
  // Signed by Stripe instead.
  'wallet.hooks.stripe',
]

/** What a viewer may change: what is theirs and not the business's. */
const VIEWER_MAY = [
  'accounts.profile',
  'accounts.notices',
  'accounts.session',
  'accounts.locale',
  'accounts.workspaces',
  'accounts.members.destroy',
  'accounts.password_reset',
  'accounts.sign_up',
  'accounts.invitations.accept',
  'reports.subscription',
  'demo.load',
]

let a: PlantedWorkspace
let b: PlantedWorkspace

/** Any trace of B in an answer to A. */
function leakIn({ text, location }: Answer, asked = ''): string | null {
  if (text.includes(b.marker)) return `the marker of B`
  // An answer may send back to the address that was asked for, but not to anything else of B.
  for (const [id] of location.matchAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g)) {
    if (b.ids.has(id) && !asked.includes(id)) return `the id ${id} of B in the redirect`
  }
  return null
}

function isPublic({ name, isWidget }: WalkedRoute): boolean {
  return isWidget || PUBLIC.has(name) || PUBLIC_PREFIXES.some((prefix) => name.startsWith(prefix))
}

/** A body that the validator accepts, with ids of B wherever an id is asked for. */
function bodyWithIdsOf(planted: PlantedWorkspace, route: WalkedRoute): Fields | undefined {
  const operation = registeredOperations().find(
    ({ method, path }) =>
      method === route.method.toLowerCase() && `/api/v1${path}` === route.pattern
  )
  if (!operation?.body) return undefined
  const example = exampleOf(schemaOf(operation.body, 'request')) as Fields
  return withForeignIds(example, planted)
}

/** Bytes of an upload are no JSON; without a body the guards behind the type answer. */
function takesJson(route: WalkedRoute): boolean {
  const operation = registeredOperations().find(
    ({ method, path }) =>
      method === route.method.toLowerCase() && `/api/v1${path}` === route.pattern
  )
  return operation?.consumes?.includes('application/json') ?? true
}

function withForeignIds(fields: Fields, planted: PlantedWorkspace): Fields {
  const ids = Object.entries(fields).map(([name, value]) => {
    const noun = /^(\w+?)_?[iI]ds?$/.exec(name)?.[1]
    const id = noun ? (planted.idIn(`${noun}s`) ?? planted.idIn(`${noun}es`)) : undefined
    return [name, id && typeof value === 'string' ? id : value]
  })
  return Object.fromEntries(ids) as Fields
}

test.group('The wall between workspaces', (group) => {
  group.setup(async () => {
    a = await plantWorkspace()
    b = await plantWorkspace()
  })

  /** Those that can be called at all; the first test names the others. */
  const reachable = (planted: PlantedWorkspace) =>
    allRoutes().filter((route) => addressOf(route, planted.idIn) !== undefined)

  const walkerOf = (client: ApiClient, planted: PlantedWorkspace) =>
    new Walker(client, { user: planted.user, workspace: planted.workspace })

  test('every parameter of every route is known to this test', ({ assert }) => {
    const unknown = allRoutes().flatMap(({ pattern, params }) =>
      params.filter((param) => !parameterOf(pattern, param)).map((param) => `${pattern} (${param})`)
    )
    assert.deepEqual(unknown, [], 'say in tests/helpers/platform/all_routes.ts what they name')
    const unplanted = allRoutes().filter((route) => addressOf(route, b.idIn) === undefined)
    assert.deepEqual(
      unplanted.map(({ pattern }) => pattern),
      [],
      'plant a row for them'
    )
  })

  test('rows of another workspace are not found', async ({ client, assert }) => {
    const walker = walkerOf(client, a)
    const before = await fingerprintOfWorkspace(b.workspace.id)
    for (const route of reachable(b).filter(namesARow)) {
      const body = bodyWithIdsOf(a, route) ?? (takesJson(route) ? {} : undefined)
      const address = addressOf(route, b.idIn)!
      const answer = await walker.send(route.method, address, body)
      const what = `${route.method} ${route.pattern} → ${answer.status}`
      assert.isNull(leakIn(answer, address), what)
      if (route.method === 'GET' || route.isApi) assert.oneOf(answer.status, [403, 404], what)
      else assert.notInclude([200, 201, 500], answer.status, what)
    }
    assert.deepEqual(await fingerprintOfWorkspace(b.workspace.id), before)
  }).timeout(120_000)

  test('pages and lists show nothing of another workspace', async ({ client, assert }) => {
    const walker = walkerOf(client, a)
    for (const route of reachable(a).filter(({ method }) => method === 'GET')) {
      const answer = await walker.send('GET', addressOf(route, a.idIn)!)
      const what = `GET ${route.pattern} → ${answer.status} ${answer.text.slice(0, 300)}`
      assert.isFalse(hasFailed(answer), what)
      assert.isNull(leakIn(answer), `GET ${route.pattern}`)
      const strange = [...b.ids].filter((id) => answer.text.includes(id))
      assert.deepEqual(strange, [], `GET ${route.pattern}`)
    }
  }).timeout(120_000)

  test('ids of another workspace in forms change nothing of it', async ({ client, assert }) => {
    const walker = walkerOf(client, a)
    const before = await fingerprintOfWorkspace(b.workspace.id)
    for (const { action, method, fields } of await crawlForms(walker, a)) {
      const swapped = Object.entries(fields).map(([name, value]) => {
        const table = a.tableOf(value)
        return [name, (table && b.idIn(table)) ?? value] as const
      })
      const foreign = Object.fromEntries(swapped)
      if (JSON.stringify(foreign) === JSON.stringify(fields)) continue
      const answer = await walker.send(method, action, foreign)
      assert.isFalse(hasFailed(answer), `${method} ${action} ${JSON.stringify(foreign)}`)
      assert.isNull(leakIn(answer), `${method} ${action}`)
    }
    assert.deepEqual(await fingerprintOfWorkspace(b.workspace.id), before)
  }).timeout(120_000)

  test('ids of another workspace in bodies of the API', async ({ client, assert }) => {
    const walker = walkerOf(client, a)
    const before = await fingerprintOfWorkspace(b.workspace.id)
    for (const route of reachable(a).filter(({ isApi, method }) => isApi && method !== 'GET')) {
      const body = bodyWithIdsOf(b, route)
      const answer = await walker.send(route.method, addressOf(route, a.idIn)!, body)
      assert.isFalse(hasFailed(answer), `${route.method} ${route.pattern} ${answer.text}`)
      assert.isNull(leakIn(answer), `${route.method} ${route.pattern}`)
    }
    assert.deepEqual(await fingerprintOfWorkspace(b.workspace.id), before)
  }).timeout(120_000)

  test('whoever is not known is turned away', async ({ client, assert }) => {
    const nobody = new Walker(client)
    for (const route of reachable(b).filter((one) => !isPublic(one))) {
      const answer = await nobody.send(route.method, addressOf(route, b.idIn)!, {})
      const what = `${route.method} ${route.pattern} (${route.name})`
      if (route.isApi) assert.equal(answer.status, 401, what)
      else if (answer.status === 302) assert.match(answer.location, /^\/login/, what)
      else assert.oneOf(answer.status, [401, 403, 404], what)
      assert.isNull(leakIn(answer), what)
    }
  }).timeout(120_000)

  test('a viewer changes nothing of the business', async ({ client, assert }) => {
    const viewer = await givenAMember(a.workspace, 'viewer')
    const walker = new Walker(client, { user: viewer })
    const writes = reachable(a).filter(
      (route) => route.method !== 'GET' && !route.isApi && !route.isWidget && !isPublic(route)
    )
    const before = await fingerprintOfWorkspace(a.workspace.id)
    for (const route of writes) {
      if (VIEWER_MAY.some((prefix) => route.name.startsWith(prefix))) continue
      const answer = await walker.send(route.method, addressOf(route, a.idIn)!, {})
      assert.equal(answer.status, 403, `${route.method} ${route.pattern} (${route.name})`)
    }
    assert.deepEqual(await fingerprintOfWorkspace(a.workspace.id), before)
  }).timeout(120_000)
})
