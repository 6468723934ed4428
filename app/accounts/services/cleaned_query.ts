import type { HttpContext } from '@adonisjs/core/http'
import type { VineValidator } from '@vinejs/vine'
import type { Infer, SchemaTypes } from '@vinejs/vine/types'

/** Filters from an address bar: what makes no sense is ignored, the page is shown anyway. */
export async function cleanedQuery<Schema extends SchemaTypes>(
  { request }: HttpContext,
  validator: VineValidator<Schema, any>
): Promise<Partial<Infer<Schema>>> {
  const [error, input] = await validator.tryValidate(request.qs())
  return error ? {} : (input as Infer<Schema>)
}
