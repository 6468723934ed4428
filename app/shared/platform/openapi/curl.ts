import { appUrl } from '#config/app'
import type { RegisteredOperation } from '#shared/api/route'
import { exampleOf } from '#shared/platform/openapi/example'
import { schemaOf } from '#shared/platform/openapi/schemas'

/** The call of an operation as one would type it, with the key in a variable. */
export function curlOf(operation: RegisteredOperation): string {
  const path = operation.path.replace(/:(\w+)/g, (_all, name: string) => `$${name.toUpperCase()}`)
  const upload = operation.consumes?.includes('multipart/form-data')
  const lines = [
    `curl ${operation.method === 'get' ? '' : `-X ${operation.method.toUpperCase()} `}"${appUrl}/api/v1${path}"`,
    '-H "Authorization: Bearer $COMPTOIR_KEY"',
  ]
  if (operation.method !== 'get') lines.push('-H "Idempotency-Key: $(uuidgen)"')
  if (upload) lines.push('-F "file=@file.csv"')
  else if (operation.body) {
    const example = JSON.stringify(exampleOf(schemaOf(operation.body, 'request')))
    lines.push('-H "Content-Type: application/json"', `-d '${example.replaceAll("'", `'\\''`)}'`)
  }
  return lines.join(' \\\n  ')
}
