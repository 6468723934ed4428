import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { E_TOO_LARGE } from '#shared/exceptions/errors'
import type QuantizationUpload from '#app/quantization/models/quantization_upload'
import { uploadsFolder } from '#app/quantization/storage/paths'
import { noteReceived } from '#app/quantization/uploads/begin_upload'

/** Writes a file that comes in one piece straight to the disk. Nothing of a broken one stays. */
export async function receiveStream(
  upload: QuantizationUpload,
  stream: Readable,
  maxBytes: number
): Promise<void> {
  const path = join(uploadsFolder(), upload.id)
  await mkdir(uploadsFolder(), { recursive: true })
  let received = 0
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length
      const tooLarge = received > maxBytes
      done(tooLarge ? new E_TOO_LARGE([Math.floor(maxBytes / 1024 ** 2)]) : null, chunk)
    },
  })
  try {
    await pipeline(stream, count, createWriteStream(path))
  } catch (error) {
    await rm(path, { force: true })
    await upload.delete()
    throw error
  }
  await noteReceived(upload.workspaceId, upload.id, received)
}
