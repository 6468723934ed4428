import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { recordAudit, type AuditEntryInput } from '#accounts'
import { jobs } from '#shared/jobs/jobs'
import type { Result } from '#shared/result'
import { limits } from '#config/quantization'
import QuantizationModel from '#app/quantization/models/quantization_model'
import QuantizationUpload from '#app/quantization/models/quantization_upload'
import { modelNameOf } from '#app/quantization/uploads/file_name'

export const READ_MODEL_JOB = 'quantization.read_model'
export const FETCH_MODEL_JOB = 'quantization.fetch_model'

export interface ModelMessage {
  workspaceId: string
  modelId: string
}

/** Who does it: a member by id, or a key by name. */
export type Actor = Pick<AuditEntryInput, 'actorKind'> & { actorId: string | null }

export type ModelSource =
  | { kind: 'uploads'; uploadIds: string[] }
  /** A place on the box itself; the caller has made sure that the operator asks. */
  | { kind: 'path'; path: string }
  /** A repository of Hugging Face. */
  | { kind: 'hub'; repo: string; revision: string }

export interface RegisterModelInput {
  workspaceId: string
  source: ModelSource
  name?: string
  actor: Actor
}

export type RegisteredModel = Result<
  { model: QuantizationModel },
  { reason: 'uploads_unusable' | 'too_large' }
>

/** Takes a model in: its row and the job that reads it exist together, or neither does. */
export class RegisterModel {
  async handle(input: RegisterModelInput): Promise<RegisteredModel> {
    const { workspaceId, source, actor } = input
    return db.transaction(async (trx) => {
      const uploads =
        source.kind === 'uploads' ? await this.#claim(workspaceId, source.uploadIds, trx) : []
      if (!uploads) return { ok: false, reason: 'uploads_unusable' as const }
      const bytes = uploads.reduce((sum, upload) => sum + (upload.bytes ?? 0), 0)
      if (bytes > limits.modelBytes) return { ok: false, reason: 'too_large' as const }

      const model = await QuantizationModel.create(
        {
          workspaceId,
          name: input.name?.trim() || nameOf(source, uploads),
          state: source.kind === 'hub' ? 'fetching' : 'reading',
          origin: source.kind === 'uploads' ? 'upload' : source.kind,
          location: locationOf(source),
          bytes,
          progress: 0,
          createdBy: actor.actorKind === 'user' ? actor.actorId : null,
        },
        { client: trx }
      )
      await trx
        .from('quantization_uploads')
        .where('workspace_id', workspaceId)
        .whereIn(
          'id',
          uploads.map(({ id }) => id)
        )
        .update({ model_id: model.id })
      const job = source.kind === 'hub' ? FETCH_MODEL_JOB : READ_MODEL_JOB
      await jobs.enqueue(job, { workspaceId, modelId: model.id } satisfies ModelMessage, { trx })
      await recordAudit(
        {
          workspaceId,
          ...actor,
          action: 'quantization.model_added',
          subjectType: 'quantization_model',
          subjectId: model.id,
          details: { name: model.name, origin: model.origin },
        },
        trx
      )
      return { ok: true, model }
    })
  }

  /** The uploads, locked, when all of them are whole, unused and of different names. */
  async #claim(workspaceId: string, ids: string[], trx: TransactionClientContract) {
    const wanted = [...new Set(ids)]
    const uploads = await QuantizationUpload.in(workspaceId)
      .useTransaction(trx)
      .whereIn('id', wanted)
      .whereNull('modelId')
      .whereNotNull('receivedAt')
      .orderBy('name')
      .forUpdate()
    const names = new Set(uploads.map(({ name }) => name.toLowerCase()))
    const usable = uploads.length > 0 && uploads.length <= limits.modelFiles
    return usable && uploads.length === wanted.length && names.size === uploads.length
      ? uploads
      : null
  }
}

function nameOf(source: ModelSource, uploads: QuantizationUpload[]): string {
  if (source.kind === 'hub') return source.repo.slice(0, 200)
  if (source.kind === 'path') return modelNameOf(source.path)
  const names = uploads.map(({ name }) => name)
  const folder = names[0]!.includes('/') ? names[0]!.split('/')[0]! : null
  if (folder && names.every((name) => name.startsWith(`${folder}/`))) return modelNameOf(folder)
  const main = names.find((name) => /\.(onnx|gguf|safetensors|zip|tar|tgz|gz)$/i.test(name))
  return modelNameOf(main ?? names[0]!)
}

function locationOf(source: ModelSource): string | null {
  if (source.kind === 'path') return source.path
  return source.kind === 'hub' ? `${source.repo}@${source.revision}` : null
}
