import { registeredOperations, type RegisteredOperation } from '#shared/api/route'
import { curlOf } from '#shared/platform/openapi/curl'
import { builtOnce } from '#shared/platform/openapi/built_once'
import { openApiPath, operationId } from '#shared/platform/openapi/operation'
import { exampleOf } from '#shared/platform/openapi/example'
import { schemaOf, type Schema } from '#shared/platform/openapi/schemas'

export interface FieldRow {
  name: string
  type: string
  required: boolean
}

export interface DocsOperation {
  id: string
  method: string
  path: string
  summary: string
  description: string | null
  scope: string
  status: number
  query: FieldRow[]
  body: FieldRow[]
  answer: string | null
  produces: string[]
  curl: string
}

export interface DocsSection {
  tag: string
  operations: DocsOperation[]
}

/** The operations by tag; with a query only those whose address, words or fields contain it. */
export function docsSections(query: string): DocsSection[] {
  const needle = query.trim().toLowerCase()
  const sections = new Map<string, DocsOperation[]>()
  for (const { tag, entry, text } of allEntries()) {
    if (!text.includes(needle)) continue
    sections.set(tag, [...(sections.get(tag) ?? []), entry])
  }
  return [...sections]
    .map(([tag, operations]) => ({ tag, operations }))
    .sort((a, b) => a.tag.localeCompare(b.tag))
}

/** Every operation with its words in small letters, to be searched. */
const allEntries = builtOnce(() =>
  registeredOperations().map((operation) => {
    const { tag } = operation
    const entry = describe(operation)
    return { tag, entry, text: JSON.stringify([tag, entry]).toLowerCase() }
  })
)

function describe(operation: RegisteredOperation): DocsOperation {
  const answer = operation.response ? schemaOf(operation.response, 'response') : null
  return {
    id: operationId(operation),
    method: operation.method.toUpperCase(),
    path: openApiPath(operation.path),
    summary: operation.summary,
    description: operation.description ?? null,
    scope: operation.scope,
    status: operation.status ?? 200,
    query: operation.query ? fieldRows(schemaOf(operation.query, 'request')) : [],
    body: operation.body ? fieldRows(schemaOf(operation.body, 'request')) : [],
    answer: answer ? JSON.stringify(exampleOf(answer), null, 2) : null,
    produces: operation.produces ?? [],
    curl: curlOf(operation),
  }
}

/** Fields of an object, nested ones with their path: `customer.email`, `lines[].quantity`. */
function fieldRows(schema: Schema, prefix = '', depth = 0): FieldRow[] {
  const required = new Set((schema.required as string[] | undefined) ?? [])
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>)
  return properties.flatMap(([key, property]) => {
    const name = `${prefix}${key}`
    const row = { name, type: typeOf(property), required: required.has(key) }
    if (depth > 3) return [row]
    const items = property.items as Schema | undefined
    return [
      row,
      ...fieldRows(property, `${name}.`, depth + 1),
      ...(items ? fieldRows(items, `${name}[].`, depth + 1) : []),
    ]
  })
}

/** A type in words: `string (email, at most 254)`, `one of a, b`. */
function typeOf(schema: Schema): string {
  if (Array.isArray(schema.enum)) return schema.enum.map(String).join(' | ')
  const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  if (choices) return [...new Set(choices.map(typeOf))].join(' | ')
  const type = [schema.type ?? 'any'].flat().join(' | ')
  const limits = [
    schema.format,
    schema.minimum === undefined ? null : `≥ ${String(schema.minimum)}`,
    schema.maximum === undefined ? null : `≤ ${String(schema.maximum)}`,
    schema.maxLength === undefined ? null : `≤ ${String(schema.maxLength)}`,
    schema.maxItems === undefined ? null : `≤ ${String(schema.maxItems)}`,
  ].filter(Boolean)
  return limits.length > 0 ? `${type} (${limits.join(', ')})` : type
}
