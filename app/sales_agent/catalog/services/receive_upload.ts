import { copyFile, mkdir, rm, stat } from 'node:fs/promises'
import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
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

/**
 * Takes an uploaded file: small ones are imported at once, larger ones by a job whose progress
 * the page shows.
 *
 * @returns the id of the import
 */
export async function receiveUpload(upload: Upload): Promise<string> {
  const { size } = await stat(upload.path)
  const { rows } = await db.rawQuery(
    `insert into catalog_imports (workspace_id, user_id, file_name, bytes) values (?, ?, ?, ?)
     returning id`,
    [upload.workspaceId, upload.userId, upload.fileName.slice(0, 200), size]
  )
  const importId = rows[0].id as string
  if (size <= AT_ONCE_BYTES) {
    await importCatalogue({ ...upload, importId })
    return importId
  }
  const path = pathOf(importId)
  await mkdir(folder(), { recursive: true })
  await copyFile(upload.path, path)
  const { workspaceId, fileName } = upload
  await jobs.enqueue(IMPORT_JOB, { workspaceId, importId, fileName })
  return importId
}

/** The job: imports the kept file and removes it. */
export async function importUpload(payload: {
  workspaceId: string
  importId: string
  fileName: string
}): Promise<void> {
  const path = pathOf(payload.importId)
  await importCatalogue({ ...payload, path })
  await rm(path, { force: true })
}

function folder(): string {
  return `${env.get('STORAGE_PATH') ?? app.makePath('storage')}/imports/catalog`
}

function pathOf(importId: string): string {
  return `${folder()}/${importId}.csv`
}
