import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Folder that holds `package.json`, `.env` and `storage/`. The compiled application lives one
 * level below it, in `build/`, and must not keep its data there: a rebuild empties that folder.
 */
export function boxRoot(appRoot: URL): string {
  const root = resolve(fileURLToPath(appRoot))
  return basename(root) === 'build' ? resolve(root, '..') : root
}

/** Folder for everything that must survive an update. `STORAGE_PATH` moves it elsewhere. */
export function storageRoot(root: string): string {
  return process.env.STORAGE_PATH ? resolve(root, process.env.STORAGE_PATH) : join(root, 'storage')
}
