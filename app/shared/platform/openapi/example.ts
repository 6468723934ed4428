import type { Schema } from '#shared/platform/openapi/schemas'

/** Words that make an example readable, by the name of the field. */
const SAMPLES: Record<string, unknown> = {
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  phone: '+33123456789',
  text: 'Do you have a tent for two under 200 €?',
  prompt: 'Write a short follow-up for this prospect.',
  locale: 'en',
  title: 'Example',
  url: 'https://example.com/hook',
  week: '2026-W47',
  currency: 'EUR',
  timezone: 'Europe/Paris',
  slug: 'camping-du-lac',
  price: '29.99',
  company: 'Camping du Lac',
  stage: 'contact',
}

/** A value that a schema allows, for the examples of the documentation. */
export function exampleOf(schema: Schema, name = ''): unknown {
  if (Array.isArray(schema.enum)) return schema.enum[0]
  const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  if (choices?.[0]) return exampleOf(choices[0], name)
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'object':
      return objectExample(schema)
    case 'array':
      return [exampleOf((schema.items as Schema | undefined) ?? {}, name)]
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    default:
      return textExample(schema, name)
  }
}

function objectExample(schema: Schema) {
  const required = new Set((schema.required as string[] | undefined) ?? [])
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>)
  const shown = properties.filter(([key]) => required.has(key) || key in SAMPLES)
  return Object.fromEntries(
    (shown.length > 0 ? shown : properties.slice(0, 3)).map(([key, property]) => [
      key,
      exampleOf(property, key),
    ])
  )
}

function textExample(schema: Schema, name: string): unknown {
  if (name in SAMPLES) return SAMPLES[name]
  if (schema.format === 'uuid') return '0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b'
  if (schema.format === 'email') return SAMPLES.email
  if (schema.format === 'date-time') return '2026-11-20T09:30:00.000Z'
  return 'text'
}
