import { appUrl } from '#config/app'
import { registeredOperations } from '#shared/api/route'
import { PROBLEM_TITLES, PROBLEM_TYPE } from '#shared/api/problem'
import { describeOperation, openApiPath } from '#shared/platform/openapi/operation'
import type { Schema } from '#shared/platform/openapi/schemas'

const PROBLEM_STATUSES = [400, 401, 403, 404, 409, 413, 415, 422, 429, 500]

/**
 * The API as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1), made from the registered
 * operations and their validators, so that it cannot tell anything else than the code.
 */
export function openApiDocument(): Schema {
  const operations = [...registeredOperations()]
  const paths: Record<string, Schema> = {}
  for (const operation of operations) {
    const path = (paths[openApiPath(operation.path)] ??= {})
    path[operation.method] = describeOperation(operation)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Comptoir API',
      version: '1',
      description: INTRODUCTION,
    },
    servers: [{ url: `${appUrl}/api/v1` }],
    tags: [...new Set(operations.map(({ tag }) => tag))].sort().map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'cpt_…',
          description: `Made under Settings, API keys. Scopes: ${scopes(operations)}.`,
        },
      },
      parameters: { IdempotencyKey: IDEMPOTENCY_KEY },
      headers: HEADERS,
      schemas: { Problem: PROBLEM },
      responses: Object.fromEntries(
        PROBLEM_STATUSES.map((s) => [`Problem${s}`, problemResponse(s)])
      ),
    },
  }
}

function scopes(operations: { scope: string }[]): string {
  return [...new Set(operations.map(({ scope }) => scope))].sort().join(', ')
}

function problemResponse(status: number): Schema {
  return {
    description: PROBLEM_TITLES[status],
    content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
    ...(status === 429
      ? { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } }
      : {}),
  }
}

const INTRODUCTION = [
  'Every request carries an API key of one workspace: `Authorization: Bearer cpt_…`.',
  'Ids are UUIDs, times ISO 8601 in UTC, amounts of money integers of micro-units (`…Micros`) or cents (`…Cents`).',
  'Lists come in pages: give `nextCursor` back as `cursor`.',
  'Errors are problem details (RFC 9457).',
].join('\n\n')

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Makes the write happen once: a repetition within 24 hours gets the first answer again, with `Idempotency-Replayed: true`. The same key with another request is refused.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

const HEADERS = {
  RateLimitLimit: { description: 'Requests per minute of this key', schema: { type: 'integer' } },
  RateLimitRemaining: { description: 'Requests left now', schema: { type: 'integer' } },
  RateLimitReset: { description: 'Seconds until all are there again', schema: { type: 'integer' } },
  RetryAfter: { description: 'Seconds to wait', schema: { type: 'integer' } },
}

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', description: 'Stable code for programs, `E_…`' },
    requestId: { type: 'string', description: 'Names the request in the logs of the box' },
    errors: {
      type: 'array',
      description: 'What is wrong with which field',
      items: {
        type: 'object',
        required: ['field', 'message', 'rule'],
        properties: {
          field: { type: 'string' },
          message: { type: 'string' },
          rule: { type: 'string' },
        },
      },
    },
  },
}
