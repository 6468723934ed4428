import app from '@adonisjs/core/services/app'
import env from '#start/env'
import { existsSync } from 'node:fs'

/** The folder whose disk fills up: the box's storage, else (before it exists) the application's. */
export function storageFolder(): string {
  const folder = env.get('STORAGE_PATH') ?? app.makePath('storage')
  return existsSync(folder) ? folder : app.makePath()
}
