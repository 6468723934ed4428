import type { Result } from '#shared/result'
import { limits } from '#config/quantization'
import QuantizationUpload from '#app/quantization/models/quantization_upload'
import { freeDiskBytes } from '#app/quantization/storage/free_disk'
import { safeFileName } from '#app/quantization/uploads/file_name'

export interface UploadInput {
  workspaceId: string
  fileName: string
  /** Null when the sender will say it later. */
  bytes: number | null
  userId?: string | null
}

export type BegunUpload = Result<
  { upload: QuantizationUpload; maxBytes: number },
  { reason: 'bad_name' | 'too_large' | 'disk_full' }
>

/** Makes room for a file in the books, before its first byte comes. */
export async function beginUpload(input: UploadInput): Promise<BegunUpload> {
  const name = safeFileName(input.fileName)
  if (!name) return { ok: false, reason: 'bad_name' }
  const free = await freeDiskBytes()
  const bytes = input.bytes ?? 0
  if (bytes > limits.modelBytes) return { ok: false, reason: 'too_large' }
  if (bytes > free || free === 0) return { ok: false, reason: 'disk_full' }
  const upload = await QuantizationUpload.create({
    workspaceId: input.workspaceId,
    name,
    bytes: input.bytes,
    createdBy: input.userId ?? null,
  })
  return { ok: true, upload, maxBytes: Math.min(limits.modelBytes, free) }
}

/** Notes that the whole file is here. */
export async function noteReceived(workspaceId: string, id: string, bytes: number): Promise<void> {
  await QuantizationUpload.in(workspaceId)
    .where('id', id)
    .update({ bytes, received_at: new Date() })
}
