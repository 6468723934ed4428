import { test } from '@japa/runner'
import { registeredOperations, type RegisteredOperation } from '#shared/api/route'
import { exampleOf } from '#shared/platform/openapi/example'
import { schemaOf } from '#shared/platform/openapi/schemas'
import { addressOf, allRoutes, parameterOf } from '#tests/helpers/platform/all_routes'
import { crawlForms } from '#tests/helpers/platform/crawl_forms'
import { NAUGHTY, NAUGHTY_ALONE } from '#tests/helpers/platform/naughty_values'
import { plantWorkspace } from '#tests/helpers/platform/planted_workspace'
import { hasFailed, Walker, type Fields } from '#tests/helpers/platform/walker'

/*
 * Whatever comes in, the answer is a sentence and never a failure: every form of every page and
 * every operation of the API, with every kind of bad value.
 */

/** The valid fields, then one kind of bad value in all of them, then in one at a time. */
function* variantsOf(fields: Fields): Generator<{ what: string; body: Fields }> {
  const names = Object.keys(fields)
  yield { what: 'as it stands', body: fields }
  if (names.length === 0) return
  for (const [what, value] of Object.entries(NAUGHTY)) {
    yield { what, body: Object.fromEntries(names.map((name) => [name, value])) }
  }
  if (names.length < 2) return
  for (const name of names) {
    for (const what of NAUGHTY_ALONE) {
      yield { what: `${what} in ${name}`, body: { ...fields, [name]: NAUGHTY[what] } }
    }
  }
}

function isReal({ path }: RegisteredOperation): boolean {
  return !path.includes('test-probe')
}

test.group('Bad input', () => {
  test('no form fails', async ({ client, assert }) => {
    const planted = await plantWorkspace()
    const walker = new Walker(client, { user: planted.user })
    const failures: string[] = []
    const forms = await crawlForms(walker, planted)
    assert.isAbove(forms.length, 5)
    for (const { method, action, fields } of forms) {
      for (const { what, body } of variantsOf(fields)) {
        const answer = await walker.send(method, action, body)
        if (hasFailed(answer)) failures.push(`${method} ${action}: ${what}`)
      }
    }
    assert.deepEqual(failures, [])
  }).timeout(300_000)

  test('no operation of the API fails on its body', async ({ client, assert }) => {
    const planted = await plantWorkspace()
    const walker = new Walker(client, { workspace: planted.workspace })
    const failures: string[] = []
    for (const operation of registeredOperations().filter(isReal)) {
      if (!operation.body) continue
      const route = allRoutes().find(
        ({ pattern, method }) =>
          pattern === `/api/v1${operation.path}` && method === operation.method.toUpperCase()
      )!
      const address = addressOf(route, planted.idIn)
      if (!address) continue
      const example = exampleOf(schemaOf(operation.body, 'request')) as Fields
      for (const { what, body } of variantsOf(example)) {
        const answer = await walker.send(route.method, address, body)
        if (hasFailed(answer)) failures.push(`${route.method} ${route.pattern}: ${what}`)
      }
    }
    assert.deepEqual(failures, [])
  }).timeout(300_000)

  test('no address fails on its parameters or its query', async ({ client, assert }) => {
    const planted = await plantWorkspace()
    const walker = new Walker(client, { user: planted.user, workspace: planted.workspace })
    const failures: string[] = []
    const texts = ['NUL character', 'emoji', 'SQL', 'path', 'very long', 'id', 'big number']
    for (const route of allRoutes().filter(({ method }) => method === 'GET')) {
      const base = addressOf(route, planted.idIn)
      if (base && !route.pattern.endsWith('/events')) {
        for (const query of queriesOf(route.pattern)) {
          const answer = await walker.send('GET', `${base}?${query}`)
          if (hasFailed(answer)) failures.push(`GET ${route.pattern}?${query.slice(0, 80)}`)
        }
      }
      for (const param of route.params) {
        for (const what of texts) {
          const text = String(NAUGHTY[what]).slice(0, 2000)
          const named = (table: string) => planted.idIn(table)
          const address = route.params.reduce((path, other) => {
            const known = parameterOf(route.pattern, other)
            const own = known?.value ?? (known?.table && named(known.table)) ?? 'x'
            const part = encodeURIComponent(other === param ? text : own)
            return path.replace(new RegExp(`:${other}\\b\\??`), () => part)
          }, route.pattern)
          const answer = await walker.send('GET', address)
          if (hasFailed(answer)) failures.push(`GET ${route.pattern}: ${what} as ${param}`)
        }
      }
    }
    assert.deepEqual(failures, [])
  }).timeout(300_000)
})

/** Bad values for the parameters that lists of this house know. */
function queriesOf(pattern: string): string[] {
  const operation = registeredOperations().find(({ path }) => `/api/v1${path}` === pattern)
  const known = operation?.query
    ? Object.keys((schemaOf(operation.query, 'request').properties ?? {}) as object)
    : ['q', 'page', 'limit', 'cursor', 'sort', 'stage', 'status', 'kind', 'from', 'to', 'week']
  const values = ['%00', '-1', '99999999999999999999', 'x'.repeat(3000)]
  return [
    ...values.map((value) => known.map((name) => `${name}=${value}`).join('&')),
    known.map((name) => `${name}[]=a&${name}[b][c]=d`).join('&'),
    `cursor=${Buffer.from('["a","b"]').toString('base64url')}`,
  ]
}
