import type { HttpContext } from '@adonisjs/core/http'
import type { Readable } from 'node:stream'
import { limits } from '#config/quantization'
import { E_DISK_FULL, E_MODEL_TOO_LARGE, E_UPLOAD_NAME } from '#app/quantization/errors'
import { beginUpload, type BegunUpload } from '#app/quantization/uploads/begin_upload'
import { receiveStream } from '#app/quantization/uploads/receive_stream'

/**
 * Files that come with the request itself, for small models and simple programs: the fields of a
 * form, or one file as the body with its name in `?name=`. Nothing is held in memory.
 *
 * @returns the ids of the uploads
 */
export async function receiveBody(ctx: HttpContext): Promise<string[]> {
  const { request } = ctx
  if (!request.is(['multipart/form-data'])) {
    const name: unknown = request.qs().name
    return [await receiveFile(ctx, typeof name === 'string' ? name : '', request.request)]
  }
  const received: string[] = []
  request.multipart.onFile('*', { deferValidations: true }, async (part) => {
    received.push(await receiveFile(ctx, part.filename, part))
  })
  await request.multipart.process({ limit: limits.modelBytes })
  return received
}

async function receiveFile(ctx: HttpContext, fileName: string, stream: Readable): Promise<string> {
  const begun = await beginUpload({
    workspaceId: ctx.workspace.id,
    fileName,
    bytes: null,
    userId: ctx.user?.id ?? null,
  })
  if (!begun.ok) throw uploadProblem(begun.reason)
  await receiveStream(begun.upload, stream, begun.maxBytes)
  return begun.upload.id
}

/** The problem that tells a program why its file is not taken. */
export function uploadProblem(reason: Exclude<BegunUpload, { ok: true }>['reason']): Error {
  switch (reason) {
    case 'bad_name':
      return new E_UPLOAD_NAME()
    case 'too_large':
      return new E_MODEL_TOO_LARGE([Math.round(limits.modelBytes / 1024 ** 3)])
    case 'disk_full':
      return new E_DISK_FULL()
  }
}
