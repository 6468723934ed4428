import type { VineValidator } from '@vinejs/vine'

/** JSON Schema 2020-12 as far as the document needs it. */
export type Schema = Record<string, unknown>

/** How vine describes a boolean: by everything that a form may send for it. */
const BOOLEAN_VALUES = JSON.stringify(['1', 1, 'true', true, 'on', '0', 0, 'false', false])

/**
 * JSON Schema of a validator, in the words that readers of an API expect.
 *
 * @param use answers may carry more fields than the document tells; requests may not
 */
export function schemaOf(validator: VineValidator<any, any>, use: 'request' | 'response'): Schema {
  return tidy(validator.toJSONSchema() as Schema, use)
}

function tidy(schema: Schema, use: 'request' | 'response'): Schema {
  if (Array.isArray(schema.enum) && JSON.stringify(schema.enum) === BOOLEAN_VALUES) {
    const words = Object.entries(schema).filter(([key]) => key !== 'enum')
    return { type: 'boolean', ...Object.fromEntries(words) }
  }
  // A nullable date: vine says only that null is allowed.
  if (schema.type === 'null' && Object.keys(schema).length === 1) {
    return { type: ['string', 'null'], format: 'date-time' }
  }
  const tidied: Schema = {}
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') tidied.properties = tidyEach(value as Record<string, Schema>, use)
    else if (key === 'items' || (key === 'additionalProperties' && isSchema(value))) {
      tidied[key] = isSchema(value) ? tidy(value, use) : value
    } else if (key === 'anyOf' || key === 'oneOf' || key === 'allOf') {
      tidied[key] = tidyChoices(value as Schema[], use)
    } else if (key === 'additionalProperties' && use === 'response' && value === false) continue
    else tidied[key] = value
  }
  return tidied
}

function tidyEach(properties: Record<string, Schema>, use: 'request' | 'response') {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, tidy(schema, use)])
  )
}

/** An empty choice allows everything; vine writes one for "may be absent". */
function tidyChoices(choices: Schema[], use: 'request' | 'response'): Schema[] {
  const real = choices.filter((choice) => Object.keys(choice).length > 0)
  return (real.length > 0 ? real : choices).map((choice) => tidy(choice, use))
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
