import type { HttpContext } from '@adonisjs/core/http'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { limits } from '#config/quantization'
import { E_DISK_FULL } from '#app/quantization/errors'
import QuantizationUpload from '#app/quantization/models/quantization_upload'
import { freeDiskBytes } from '#app/quantization/storage/free_disk'
import { beginUpload, noteReceived } from '#app/quantization/uploads/begin_upload'
import { uploadProblem } from '#app/quantization/uploads/receive_body'
import { tusMetadata } from '#app/quantization/uploads/tus_metadata'
import { serveTus } from '#app/quantization/uploads/tus_server'

/** Resumable uploads, for API keys and for the portal alike. */
export default class UploadsController {
  async store(ctx: HttpContext) {
    const { request, workspace } = ctx
    const metadata = tusMetadata(request.header('upload-metadata'))
    const declared = Number(request.header('upload-length') ?? Number.NaN)
    const begun = await beginUpload({
      workspaceId: workspace.id,
      fileName: metadata.relativePath || metadata.filename || metadata.name || '',
      bytes: Number.isSafeInteger(declared) && declared >= 0 ? declared : null,
      userId: ctx.user?.id ?? null,
    })
    if (!begun.ok) throw uploadProblem(begun.reason)
    return this.#serve(ctx, { newId: begun.upload.id, maxBytes: begun.maxBytes })
  }

  /** GET tells programs about an upload; HEAD is the protocol's own question for the offset. */
  async show(ctx: HttpContext) {
    if (ctx.request.request.method === 'HEAD') {
      await this.#findOpen(ctx)
      return this.#serve(ctx)
    }
    const upload = await this.#find(ctx)
    return {
      id: upload.id,
      name: upload.name,
      bytes: upload.bytes,
      received: upload.receivedAt !== null,
      expiresAt: upload.expiresAt.toUTC().toISO(),
    }
  }

  async update(ctx: HttpContext) {
    await this.#findOpen(ctx)
    const free = await freeDiskBytes()
    const coming = Number(ctx.request.header('content-length') ?? 0)
    if (free === 0 || coming > free) throw new E_DISK_FULL()
    return this.#serve(ctx, { maxBytes: limits.modelBytes })
  }

  async destroy(ctx: HttpContext) {
    const upload = await this.#findOpen(ctx)
    await this.#serve(ctx)
    await upload.delete()
  }

  async #find({ params, workspace }: HttpContext): Promise<QuantizationUpload> {
    const upload = await QuantizationUpload.in(workspace.id).where('id', params.id).first()
    if (!upload) throw new E_NOT_FOUND()
    return upload
  }

  /** One that no model has taken yet: only those change. */
  async #findOpen(ctx: HttpContext): Promise<QuantizationUpload> {
    const upload = await this.#find(ctx)
    if (upload.modelId) throw new E_NOT_FOUND()
    return upload
  }

  async #serve(ctx: HttpContext, more: { newId?: string; maxBytes?: number } = {}) {
    const { request, response, workspace } = ctx
    response.relayHeaders()
    await serveTus(request.request, response.response, {
      newId: more.newId ?? '',
      base: ctx.request.url().replace(/\/uploads.*$/, '/uploads'),
      maxBytes: more.maxBytes ?? limits.modelBytes,
      onReceived: (id, bytes) => noteReceived(workspace.id, id, bytes),
    })
  }
}
