import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { HttpContext } from '@adonisjs/core/http'
import yazl from 'yazl'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { byteRange } from '#app/quantization/downloads/byte_range'
import { archiveName } from '#app/quantization/downloads/grant_download'
import { readLinkToken } from '#app/quantization/downloads/link_token'
import { E_LINK_EXPIRED, E_RANGE } from '#app/quantization/errors'
import QuantizationDownload from '#app/quantization/models/quantization_download'
import QuantizationFile from '#app/quantization/models/quantization_file'
import QuantizationJob from '#app/quantization/models/quantization_job'
import { resultFolder } from '#app/quantization/storage/paths'

/** Files behind signed links: whoever holds the link may fetch them, for as long as it lasts. */
export default class DownloadsController {
  async show(ctx: HttpContext) {
    const grant = await this.#grant(ctx.params.token)
    const job = await QuantizationJob.in(grant.workspaceId)
      .where('id', grant.jobId)
      .preload('model')
      .firstOrFail()
    if (job.filesRemovedAt) throw new E_LINK_EXPIRED()
    const files = await QuantizationFile.in(job.workspaceId).where('jobId', job.id).orderBy('name')
    const parts: unknown = ctx.params['*']
    const name = Array.isArray(parts) ? parts.join('/') : ''
    ctx.response.header('cache-control', 'private, no-store')
    ctx.response.header('x-content-type-options', 'nosniff')
    if (name === archiveName(job)) return this.#sendArchive(ctx, job, files)
    const file = files.find((one) => one.name === name)
    if (!file) throw new E_NOT_FOUND()
    return this.#sendFile(ctx, job, file)
  }

  async #grant(token: string): Promise<QuantizationDownload> {
    const id = readLinkToken(token)
    const grant = id ? await QuantizationDownload.acrossWorkspaces().where('id', id).first() : null
    if (!grant) throw new E_NOT_FOUND()
    if (grant.revokedAt || grant.expiresAt.toMillis() < Date.now()) throw new E_LINK_EXPIRED()
    await QuantizationDownload.acrossWorkspaces()
      .where('id', grant.id)
      .update({ used_at: new Date() })
    return grant
  }

  /** One file, whole or from where an interrupted download stopped. */
  async #sendFile(
    { request, response }: HttpContext,
    job: QuantizationJob,
    file: QuantizationFile
  ) {
    const path = join(resultFolder(job.id), file.name)
    const { size } = await stat(path).catch(() => {
      throw new E_LINK_EXPIRED()
    })
    const etag = `"${file.sha256}"`
    response.header('accept-ranges', 'bytes')
    response.header('etag', etag)
    response.header('content-type', 'application/octet-stream')
    response.header('content-disposition', `attachment; filename="${basename(file.name)}"`)
    const changed = request.header('if-range') && request.header('if-range') !== etag
    const range = changed ? null : byteRange(request.header('range'), size)
    if (range === 'unsatisfiable') {
      response.header('content-range', `bytes */${size}`)
      throw new E_RANGE()
    }
    if (!range) {
      response.header('content-length', String(size))
      return response.stream(createReadStream(path))
    }
    const { start, end } = range
    response.status(206)
    response.header('content-range', `bytes ${start}-${end}/${size}`)
    response.header('content-length', String(end - start + 1))
    return response.stream(createReadStream(path, { start, end }))
  }

  /** All files, put together while they are sent. Weights do not shrink any further. */
  #sendArchive({ response }: HttpContext, job: QuantizationJob, files: QuantizationFile[]) {
    const zip = new yazl.ZipFile()
    for (const { name } of files) {
      zip.addFile(join(resultFolder(job.id), name), name, { compress: false })
    }
    zip.end()
    response.header('content-type', 'application/zip')
    response.header('content-disposition', `attachment; filename="${archiveName(job)}"`)
    response.stream(zip.outputStream as never)
  }
}
