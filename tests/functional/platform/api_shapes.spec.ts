import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { test } from '@japa/runner'
import { registeredOperations } from '#shared/api/route'
import { schemaOf } from '#shared/platform/openapi/schemas'
import { addressOf, allRoutes } from '#tests/helpers/platform/all_routes'
import { plantWorkspace } from '#tests/helpers/platform/planted_workspace'
import { Walker } from '#tests/helpers/platform/walker'

/** Queries without which an operation has nothing to say. */
const QUERIES: Record<string, string> = { '/reports/weekly': '?week=2026-W46' }

test.group('Answers of the API', () => {
  test('what is read has the shape that the document tells', async ({ client, assert }) => {
    const planted = await plantWorkspace()
    const walker = new Walker(client, { workspace: planted.workspace })
    const ajv = new Ajv2020({ strict: false, allErrors: true })
    formats.default(ajv)

    for (const operation of registeredOperations()) {
      if (operation.method !== 'get' || operation.path.includes('test-probe')) continue
      // A stream of events has no end whose shape could be looked at.
      if (operation.produces?.includes('text/event-stream') && !operation.response) continue
      const pattern = `/api/v1${operation.path}`
      const route = allRoutes().find((one) => one.pattern === pattern && one.method === 'GET')!
      const address = addressOf(route, planted.idIn)!
      const answer = await walker.send('GET', `${address}${QUERIES[operation.path] ?? ''}`)
      assert.equal(answer.status, operation.status ?? 200, `GET ${pattern} ${answer.text}`)
      assert.exists(operation.response, `GET ${pattern} declares no answer`)
      const fits = ajv.compile(schemaOf(operation.response!, 'response'))
      assert.isTrue(
        fits(JSON.parse(answer.text)),
        `GET ${pattern}: ${ajv.errorsText(fits.errors)} in ${answer.text.slice(0, 500)}`
      )
    }
  }).timeout(60_000)
})
