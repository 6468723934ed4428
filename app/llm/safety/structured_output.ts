import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js'
import type { ProviderReply } from '#app/llm/providers/provider'
import type { JsonSchema, ModelRequest } from '#app/llm/types'

let ajv: Ajv2020 | null = null
const compiled = new WeakMap<JsonSchema, ValidateFunction>()

/**
 * Whether a reply is of the shape that was asked for: JSON of the schema, and calls only of
 * tools that were offered, with arguments of their schema. A model's word for it is not enough.
 */
export async function isOfTheShape(
  request: Pick<ModelRequest, 'schema' | 'tools'>,
  reply: Pick<ProviderReply, 'toolCalls' | 'finish'>,
  text: string
): Promise<boolean> {
  // Loaded with the first request that needs it: most of them are answered in words.
  if (!ajv) {
    const { Ajv2020: Checker } = await import('ajv/dist/2020.js')
    ajv = new Checker({ strict: false })
  }
  const checker = ajv
  const offered = new Map(request.tools?.map((tool) => [tool.name, tool.parameters]))
  const callsAreValid = reply.toolCalls.every((call) => {
    const schema = offered.get(call.name)
    return schema !== undefined && matches(checker, schema, call.arguments)
  })
  if (!callsAreValid) return false
  if (!request.schema || reply.toolCalls.length > 0) return true
  try {
    return matches(checker, request.schema, JSON.parse(text))
  } catch {
    return false
  }
}

function matches(checker: Ajv2020, schema: JsonSchema, value: unknown): boolean {
  let validate = compiled.get(schema)
  if (!validate) {
    validate = checker.compile(schema)
    compiled.set(schema, validate)
  }
  return validate(value)
}
