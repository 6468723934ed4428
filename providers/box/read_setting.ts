import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A setting from the environment, else from `.env`; both are read before the application is. */
export function readSetting(root: string, name: string): string | undefined {
  if (process.env[name]) return process.env[name]
  const path = join(root, '.env')
  if (!existsSync(path)) return undefined
  const line = new RegExp(`^${name}=["']?([^"'\\r\\n]*)`, 'm').exec(readFileSync(path, 'utf8'))
  return line?.[1]?.trim() || undefined
}

/**
 * Takes what decides where the data lives from `.env` into the environment, for this process and
 * those that it starts. Tests have a place of their own and leave the box's alone.
 */
export function takePlacesFromEnvFile(root: string): void {
  if (process.env.NODE_ENV === 'test') return
  for (const name of ['DATABASE_URL', 'STORAGE_PATH']) {
    const value = readSetting(root, name)
    if (value) process.env[name] = value
  }
}
