import { resolve } from 'node:path'
import app from '@adonisjs/core/services/app'
import env from '#start/env'

/** A place below the folder that survives updates; `STORAGE_PATH` moves it. */
export function storagePath(...parts: string[]): string {
  const root = env.get('STORAGE_PATH')
  return resolve(root ? app.makePath(root) : app.makePath('storage'), ...parts)
}
