import { DateTime } from 'luxon'
import { recordAudit } from '#accounts'
import { limits } from '#config/quantization'
import type { Result } from '#shared/result'
import { linkToken } from '#app/quantization/downloads/link_token'
import QuantizationDownload from '#app/quantization/models/quantization_download'
import QuantizationFile from '#app/quantization/models/quantization_file'
import QuantizationJob from '#app/quantization/models/quantization_job'
import type { Actor } from '#app/quantization/services/register_model'
import { resultName } from '#app/quantization/services/result_name'

export interface DownloadLinks {
  id: string
  expiresAt: string
  /** All files as one zip. */
  archiveUrl: string
  files: { name: string; bytes: number; sha256: string; url: string }[]
}

export type GrantedDownload = Result<
  { links: DownloadLinks },
  { reason: 'job_not_found' | 'no_result' }
>

/** Makes links to a job's files that work without signing in, for a day or until taken back. */
export async function grantDownload(
  workspaceId: string,
  jobId: string,
  actor: Actor
): Promise<GrantedDownload> {
  const job = await QuantizationJob.in(workspaceId).where('id', jobId).preload('model').first()
  if (!job) return { ok: false, reason: 'job_not_found' }
  if (job.state !== 'succeeded' || job.filesRemovedAt) return { ok: false, reason: 'no_result' }
  const grant = await QuantizationDownload.create({
    workspaceId,
    jobId,
    createdBy: actor.actorKind === 'user' ? actor.actorId : null,
    expiresAt: DateTime.utc().plus({ hours: limits.downloadHours }),
  })
  await recordAudit({
    workspaceId,
    ...actor,
    action: 'quantization.download_granted',
    subjectType: 'quantization_job',
    subjectId: jobId,
  })
  return { ok: true, links: await linksOf(grant, job) }
}

/** The links of a grant that was made before. */
export async function linksOf(
  grant: QuantizationDownload,
  job: QuantizationJob
): Promise<DownloadLinks> {
  const files = await QuantizationFile.in(job.workspaceId).where('jobId', job.id).orderBy('name')
  const base = `/d/${linkToken(grant.id)}`
  return {
    id: grant.id,
    expiresAt: grant.expiresAt.toUTC().toISO()!,
    archiveUrl: `${base}/${archiveName(job)}`,
    files: files.map(({ name, bytes, sha256 }) => ({
      name,
      bytes,
      sha256,
      url: `${base}/${name.split('/').map(encodeURIComponent).join('/')}`,
    })),
  }
}

/** Name of the zip; ends differently from every file in it. */
export function archiveName(job: QuantizationJob): string {
  return `${resultName(job, job.model.name).replace(/\.(onnx|gguf)$/, '')}.zip`
}

/** Takes a link back at once. False when there is no such link any more. */
export async function revokeDownload(
  workspaceId: string,
  jobId: string,
  id: string
): Promise<boolean> {
  const changed = await QuantizationDownload.in(workspaceId)
    .where({ jobId, id })
    .whereNull('revokedAt')
    .update({ revoked_at: new Date() })
  return Number(changed) === 1
}
