import { mkdir, statfs } from 'node:fs/promises'
import { limits } from '#config/quantization'
import { storagePath } from '#shared/storage_path'

/** Bytes that models may still take on the box's disk; the reserve is not counted. */
export async function freeDiskBytes(): Promise<number> {
  const folder = storagePath('quantization')
  await mkdir(folder, { recursive: true })
  const disk = await statfs(folder)
  return Math.max(0, disk.bavail * disk.bsize - limits.reservedDiskBytes)
}
