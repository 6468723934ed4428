import db from '@adonisjs/lucid/services/db'

export interface ImportRow {
  id: string
  fileName: string
  bytes: number
  status: 'queued' | 'running' | 'succeeded' | 'failed'
  dialect: string | null
  encoding: string | null
  delimiter: string | null
  headers: string[]
  rows: number
  created: number
  updated: number
  unchanged: number
  rejected: number
  progress: number
  failure: string | null
  failureData: { [name: string]: string }
  createdAt: Date
  finishedAt: Date | null
}

export interface RejectionRow {
  line: number
  reason: string
  data: { [name: string]: string }
  cells: string[]
}

const COLUMNS = `id, file_name as "fileName", bytes, status, dialect, encoding, delimiter, headers,
  rows, created, updated, unchanged, rejected, progress, failure,
  failure_data as "failureData", created_at as "createdAt", finished_at as "finishedAt"`

export async function listImports(workspaceId: string): Promise<ImportRow[]> {
  const { rows } = await db.rawQuery(
    `select ${COLUMNS} from catalog_imports where workspace_id = ? order by id desc limit 30`,
    [workspaceId]
  )
  return rows
}

export async function showImport(workspaceId: string, id: string): Promise<ImportRow | null> {
  const { rows } = await db.rawQuery(
    `select ${COLUMNS} from catalog_imports where workspace_id = ? and id = ?`,
    [workspaceId, id]
  )
  return rows[0] ?? null
}

export async function listRejections(
  workspaceId: string,
  importId: string,
  limit: number
): Promise<RejectionRow[]> {
  const { rows } = await db.rawQuery(
    `select line, reason, data, cells from catalog_import_rejections
     where workspace_id = ? and import_id = ? order by position limit ?`,
    [workspaceId, importId, limit]
  )
  return rows
}
