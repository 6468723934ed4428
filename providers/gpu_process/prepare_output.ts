import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

export type Output =
  | { ok: false; message: string }
  | {
      ok: true
      /** Absolute path. */
      out: string
      /** Folder of finished tensors, beside the target: the same command goes on from there. */
      checkpoint: string
      /** After success: removes the checkpoint and what stood there before. */
      finish(): Promise<void>
      /** After a failure: puts back what stood there before; the checkpoint stays. */
      restore(): Promise<void>
    }

/**
 * Refuses to write over something, unless told so, before any work is done. A file is replaced by
 * the new one at once; a folder steps aside until the new one is there.
 */
export async function prepareOutput(path: string, force: boolean): Promise<Output> {
  const out = resolve(path)
  const beside = (kind: string) => join(dirname(out), `.${basename(out)}.${kind}`)
  const standing = await stat(out).catch(() => null)
  if (standing && !force) {
    return { ok: false, message: `${path} exists already: choose another name, or add --force.` }
  }
  try {
    await mkdir(dirname(out), { recursive: true })
    if (standing?.isDirectory()) await rename(out, beside('old'))
  } catch {
    return { ok: false, message: `${path} cannot be written: choose a folder of your own.` }
  }
  return {
    ok: true,
    out,
    checkpoint: beside('checkpoint'),
    async finish() {
      await rm(beside('checkpoint'), { recursive: true, force: true })
      await rm(beside('old'), { recursive: true, force: true })
    },
    async restore() {
      if (standing?.isDirectory()) await rename(beside('old'), out)
    },
  }
}
