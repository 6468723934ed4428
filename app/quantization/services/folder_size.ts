import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of a file, or of all files below a folder. */
export async function sizeOf(path: string): Promise<number> {
  const found = await stat(path)
  if (!found.isDirectory()) return found.size
  const entries = await readdir(path, { withFileTypes: true, recursive: true })
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => stat(join(entry.parentPath, entry.name)))
  )
  return sizes.reduce((sum, { size }) => sum + size, 0)
}
