import { open, stat } from 'node:fs/promises'
import { basename, isAbsolute } from 'node:path'
import db from '@adonisjs/lucid/services/db'
import { recordAudit } from '#accounts'
import env from '#start/env'
import type { Result } from '#shared/result'

/**
 * `hybrid`: simple and standard requests stay on the box, complex and advanced ones go out.
 * `everything`: nothing goes out. `last_resort`: only when no provider answers.
 */
export const LOCAL_USES = ['hybrid', 'everything', 'last_resort'] as const
export type LocalUse = (typeof LOCAL_USES)[number]

export interface LocalModel {
  id: string
  name: string
  path: string
  bytes: number
  source: 'file' | 'download' | 'quantization' | 'environment'
  usedFor: LocalUse | null
}

export interface UseLocalModelInput {
  /** A GGUF file on the box. */
  path: string
  /** What people read. */
  name: string
  source?: 'file' | 'download' | 'quantization'
  sourceUrl?: string
  sha256?: string
  /** Default: what it was used for before, else `hybrid`. */
  use?: LocalUse
  /** Who chose it: only the box's operator may, callers see to that. */
  by?: { workspaceId: string; userId: string }
}

export type UseLocalModelResult = Result<{ id: string }, { reason: 'not_found' | 'not_a_gguf' }>

interface InUse {
  name: string
  path: string
  use: LocalUse
}

/** How long another process may go on with the model that it knows. */
const STALE_MS = 10_000
let known: { inUse: InUse | null; at: number } = { inUse: null, at: 0 }

/** The model in use as this process knows it, from LOCAL_MODEL or chosen on the page. */
export function localModelInUse(): InUse | null {
  const path = env.get('LOCAL_MODEL')
  if (path) return { path, name: basename(path), use: 'hybrid' }
  return known.inUse
}

/** Asks the database again when what is known is old. */
export async function refreshLocalModel(now = Date.now()): Promise<void> {
  if (env.get('LOCAL_MODEL') || now - known.at < STALE_MS) return
  known = { ...known, at: now }
  const row = await db.from('llm_local_models').whereNotNull('used_for').first()
  known = { inUse: row ? { path: row.path, name: row.name, use: row.used_for } : null, at: now }
}

export async function listLocalModels(): Promise<LocalModel[]> {
  const rows = await db.from('llm_local_models').orderBy('created_at', 'desc').limit(100)
  const chosen = rows.map((row): LocalModel => ({
    ...{ id: row.id, name: row.name, path: row.path, bytes: Number(row.bytes) },
    ...{ source: row.source, usedFor: row.used_for },
  }))
  const path = env.get('LOCAL_MODEL')
  if (!path) return chosen
  const bytes = await stat(path).then(
    (found) => found.size,
    () => 0
  )
  const fromEnvironment: LocalModel = {
    ...{ id: 'environment', name: basename(path), path, bytes },
    ...{ source: 'environment', usedFor: 'hybrid' },
  }
  return [fromEnvironment, ...chosen.map((model) => ({ ...model, usedFor: null }))]
}

/** Makes a GGUF file the model of the box; the one before it stays in the list. */
export async function useLocalModel(input: UseLocalModelInput): Promise<UseLocalModelResult> {
  const checked = await checkGguf(input.path)
  if (!checked.ok) return checked
  const id = await db.transaction(async (trx) => {
    await trx.from('llm_local_models').whereNotNull('used_for').update({ used_for: null })
    const [row] = await trx
      .table('llm_local_models')
      .insert({
        ...{ name: input.name, path: input.path, bytes: checked.bytes },
        ...{ source: input.source ?? 'file', source_url: input.sourceUrl ?? null },
        ...{ sha256: input.sha256 ?? null, used_for: input.use ?? 'hybrid' },
      })
      .onConflict('path')
      .merge(['name', 'bytes', 'used_for'])
      .returning('id')
    return row.id as string
  })
  if (input.by) {
    await recordAudit({
      ...{ workspaceId: input.by.workspaceId, actorId: input.by.userId },
      action: 'llm.local_model_chosen',
      subjectType: 'local_model',
      subjectId: id,
      details: { name: input.name },
    })
  }
  known = { ...known, at: 0 }
  await refreshLocalModel()
  return { ok: true, id }
}

/** The box runs no model of its own any more. */
export async function stopUsingLocalModel(): Promise<void> {
  await db.from('llm_local_models').whereNotNull('used_for').update({ used_for: null })
  known = { inUse: null, at: Date.now() }
}

/** Every GGUF file begins with these four letters (ggml/docs/gguf.md). */
const MAGIC = 'GGUF'

async function checkGguf(
  path: string
): Promise<Result<{ bytes: number }, { reason: 'not_found' | 'not_a_gguf' }>> {
  if (!isAbsolute(path)) return { ok: false, reason: 'not_found' }
  try {
    const file = await open(path, 'r')
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
      const isGguf = bytesRead === 4 && buffer.toString('latin1') === MAGIC
      if (!isGguf) return { ok: false, reason: 'not_a_gguf' }
      const { size } = await file.stat()
      return { ok: true, bytes: size }
    } finally {
      await file.close()
    }
  } catch {
    return { ok: false, reason: 'not_found' }
  }
}
