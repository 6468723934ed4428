import type { RegisteredOperation } from '#shared/api/route'
import { schemaOf, type Schema } from '#shared/platform/openapi/schemas'

/** Path in OpenAPI's notation: `/deals/:id/stage` becomes `/deals/{id}/stage`. */
export function openApiPath(path: string): string {
  return path.replace(/:(\w+)\??/g, '{$1}')
}

/** `post /deals/:id/stage` becomes `postDealsIdStage`: stable names for generated clients. */
export function operationId({ method, path }: RegisteredOperation): string {
  const words = path.split(/[^a-zA-Z\d]+/).filter(Boolean)
  return method + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')
}

/** One operation object of the document (https://spec.openapis.org/oas/v3.1.1#operation-object). */
export function describeOperation(operation: RegisteredOperation): Schema {
  return {
    'operationId': operationId(operation),
    'tags': [operation.tag],
    'summary': operation.summary,
    ...(operation.description ? { description: operation.description } : {}),
    'security': [{ apiKey: [] }],
    'x-scope': operation.scope,
    'parameters': [
      ...pathParameters(operation.path),
      ...queryParameters(operation),
      ...(operation.method === 'get' ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }]),
    ],
    ...(operation.body ? { requestBody: requestBody(operation) } : {}),
    ...(!operation.body && operation.consumes ? { requestBody: fileBody(operation.consumes) } : {}),
    'responses': responses(operation),
  }
}

function pathParameters(path: string): Schema[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema:
      name === 'id' || name!.endsWith('Id')
        ? { type: 'string', format: 'uuid' }
        : { type: 'string' },
  }))
}

function queryParameters({ query }: RegisteredOperation): Schema[] {
  if (!query) return []
  const schema = schemaOf(query, 'request')
  const required = new Set((schema.required as string[] | undefined) ?? [])
  const properties = (schema.properties ?? {}) as Record<string, Schema>
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.has(name),
    schema: property,
    ...(DESCRIPTIONS[name] ? { description: DESCRIPTIONS[name] } : {}),
  }))
}

/** Parameters that mean the same in every list. */
const DESCRIPTIONS: Record<string, string> = {
  cursor: 'nextCursor of the page before; absent for the first page.',
  limit: 'Items per page.',
}

function requestBody(operation: RegisteredOperation): Schema {
  const schema = schemaOf(operation.body!, 'request')
  const types = operation.consumes ?? ['application/json']
  return {
    required: ((schema.required as string[] | undefined) ?? []).length > 0,
    content: Object.fromEntries(types.map((type) => [type, { schema }])),
  }
}

/** A file as the whole body, or as the field `file` of a form. */
function fileBody(types: string[]): Schema {
  const file = { type: 'string', contentMediaType: 'application/octet-stream' }
  const form = { type: 'object', properties: { file }, required: ['file'] }
  return {
    required: true,
    content: Object.fromEntries(
      types.map((type) => [
        type,
        { schema: type === 'multipart/form-data' ? form : { type: 'string' } },
      ])
    ),
  }
}

function responses(operation: RegisteredOperation): Schema {
  const status = operation.status ?? 200
  const produced = (operation.produces ?? []).map((type) => [type, {}] as const)
  const json = operation.response
    ? { 'application/json': { schema: schemaOf(operation.response, 'response') } }
    : {}
  const content = { ...json, ...Object.fromEntries(produced) }
  const isWrite = operation.method !== 'get'
  const problems = [
    ...(isWrite ? ['400'] : []),
    '401',
    '403',
    ...(operation.path.includes(':') ? ['404'] : []),
    ...(isWrite ? ['409', '413', '415'] : []),
    ...(operation.body || operation.query ? ['422'] : []),
    '429',
    '500',
  ]
  return {
    [String(status)]: {
      description: STATUS_TEXTS[status] ?? 'Done',
      ...(Object.keys(content).length > 0 && status !== 204 ? { content } : {}),
      headers: LIMIT_HEADERS,
    },
    ...Object.fromEntries(
      problems.map((code) => [code, { $ref: `#/components/responses/Problem${code}` }])
    ),
  }
}

const STATUS_TEXTS: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted; the work goes on in the background',
  204: 'Done, nothing to tell',
}

const LIMIT_HEADERS = {
  'RateLimit-Limit': { $ref: '#/components/headers/RateLimitLimit' },
  'RateLimit-Remaining': { $ref: '#/components/headers/RateLimitRemaining' },
  'RateLimit-Reset': { $ref: '#/components/headers/RateLimitReset' },
}
