import { copyFile, mkdir, rm, stat } from 'node:fs/promises'
import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { jobs } from '#shared/jobs/jobs'
import env from '#start/env'
import { importCatalogue } from '#app/sales_agent/catalog/import/import_catalogue'

export const IMPORT_JOB = 'sales_agent.import_catalogue'

/** Files up to this size are imported while the sender waits: it takes less than a second. */
const AT_ONCE_BYTES = 1024 * 1024

export interface Upload {
  workspaceId: string
  userId: string
  path: string
  fileName: string
}

export interface ImportJob {
  workspaceId: string
  importId: string
  fileName: string
}

/**
 * Takes an uploaded file: small ones are imported at once, larger ones by a job whose progress
 * the page shows.
 *
 * @returns the id of the import
 */
export async function receiveUpload(upload: Upload): Promise<string> {
  const { size } = await stat(upload.path)
  const importId = await newId()
  if (size <= AT_ONCE_BYTES) {
    await announce(upload, { importId, size, status: 'running' })
    await importCatalogue({ ...upload, importId })
    return importId
  }
  const path = storedUpload(importId)
  await mkdir(folder(), { recursive: true })
  try {
    await copyFile(upload.path, path)
    const { workspaceId, fileName } = upload
    await db.transaction(async (trx) => {
      await announce(upload, { importId, size, status: 'queued' }, trx)
      await jobs.enqueue(IMPORT_JOB, { workspaceId, importId, fileName }, { trx })
    })
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
  return importId
}

/** The job: imports the kept file, which is removed in the end, also when the import failed. */
export async function importUpload(payload: ImportJob, lastAttempt: boolean): Promise<void> {
  const path = storedUpload(payload.importId)
  try {
    await importCatalogue({ ...payload, path })
  } catch (error) {
    if (lastAttempt) await rm(path, { force: true })
    throw error
  }
  await rm(path, { force: true })
}

/** Where the file of an import waits for its job. */
export function storedUpload(importId: string): string {
  return `${folder()}/${importId}.csv`
}

interface Announcement {
  importId: string
  /** In bytes. */
  size: number
  status: 'queued' | 'running'
}

async function announce(
  { workspaceId, userId, fileName }: Upload,
  announcement: Announcement,
  trx?: TransactionClientContract
): Promise<void> {
  await (trx ?? db).rawQuery(
    `insert into catalog_imports (id, workspace_id, user_id, file_name, bytes, status)
     values (:importId, :workspaceId, :userId, :fileName, :size, :status)`,
    { ...announcement, workspaceId, userId, fileName: fileName.slice(0, 200) }
  )
}

async function newId(): Promise<string> {
  const { rows } = await db.rawQuery<{ rows: { id: string }[] }>('select uuidv7() as id')
  return rows[0]!.id
}

function folder(): string {
  return `${env.get('STORAGE_PATH') ?? app.makePath('storage')}/imports/catalog`
}
