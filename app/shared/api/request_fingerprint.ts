import type { HttpContext } from '@adonisjs/core/http'
import type { MultipartFile } from '@adonisjs/core/bodyparser'
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/**
 * SHA-256 over method, address and body (with uploaded files): tells requests apart. A body that
 * the controller reads as a stream is known by its type and length only.
 */
export async function fingerprintOf({ request }: HttpContext): Promise<Buffer> {
  const hash = createHash('sha256')
  hash.update(`${request.method()} ${request.url(true)}\n`)
  hash.update(`${request.header('content-type', '')!.split(';')[0]}\n`)
  const raw = request.raw()
  if (raw !== null) hash.update(raw)
  else hash.update(JSON.stringify([request.all(), request.header('content-length')]))
  for (const [field, value] of Object.entries(request.allFiles())) {
    for (const file of [value].flat() as MultipartFile[]) await addFile(hash, field, file)
  }
  return hash.digest()
}

async function addFile(hash: Hash, field: string, file: MultipartFile): Promise<void> {
  hash.update(`\n${field}\n${file.clientName}\n`)
  if (!file.tmpPath) return
  for await (const chunk of createReadStream(file.tmpPath)) hash.update(chunk as Buffer)
}
