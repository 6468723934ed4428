import { Validator } from '@seriousme/openapi-schema-validator'
import app from '@adonisjs/core/services/app'
import { test } from '@japa/runner'
import { registeredOperations } from '#shared/api/route'
import { builtOnce } from '#shared/platform/openapi/built_once'
import { openApiDocument } from '#shared/platform/openapi/document'

interface Operation {
  operationId: string
  parameters: { name?: string; in?: string }[]
  responses: Record<string, unknown>
}

test.group('OpenAPI', () => {
  test('the document follows the OpenAPI 3.1 rules', async ({ client, assert }) => {
    const response = await client.get('/api/v1/openapi.json')
    response.assertStatus(200)
    const document = response.body()
    const { valid, errors } = await new Validator().validate(document)
    assert.isTrue(valid, JSON.stringify(errors, null, 2))
    assert.match(document.openapi, /^3\.1\./)
  })

  test('is built once, and again only for further operations', ({ assert }) => {
    let builds = 0
    const build = builtOnce(() => (builds += 1))
    assert.deepEqual([build(), build(), builds], [1, 1, 1])
  })

  test('every operation is there, named once, with its parameters', ({ assert }) => {
    const paths = openApiDocument().paths as Record<string, Record<string, Operation>>
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation }))
    )
    assert.lengthOf(described, registeredOperations().length)
    const ids = described.map(({ operation }) => operation.operationId)
    assert.lengthOf(new Set(ids), ids.length)
    for (const { path, operation } of described) {
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path')
      assert.lengthOf(inPath, (path.match(/\{/g) ?? []).length, path)
      assert.containsSubset(Object.keys(operation.responses), ['401', '403', '429'])
    }
  })

  test('operations that take files are known to the body parser', ({ assert }) => {
    const uploads = ['autoProcess', 'processManually'].flatMap((how) =>
      app.config.get<string[]>(`bodyparser.multipart.${how}`)
    )
    for (const { path, consumes } of registeredOperations()) {
      if (consumes?.includes('multipart/form-data')) assert.include(uploads, `/api/v1${path}`)
    }
  })

  test('the page for people knows every operation, and can be searched', async ({
    client,
    assert,
  }) => {
    const page = await client.get('/docs')
    page.assertStatus(200)
    for (const { summary } of registeredOperations()) {
      assert.include(page.text(), summary.replaceAll("'", '&#x27;').replaceAll('&', '&'))
    }
    const found = await client.get('/docs').qs({ q: 'no operation has these words' })
    assert.notInclude(found.text(), 'curl -X')
    await client.get('/docs').qs({ q: { nested: ['x'] } })
  })
})
