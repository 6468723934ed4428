import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { UnpackOrder, UnpackResult } from '../../protocol.js'
import type { TaskContext } from '../../shared/task.js'
import { listModelFiles } from '../model_files.js'
import { sniffFormat } from '../sniff_format.js'
import { archiveError, damagedArchive } from './archive_error.js'
import { unpackTar } from './unpack_tar.js'
import { unpackZip } from './unpack_zip.js'
import { UnpackedFolder } from './unpacked_folder.js'

/**
 * Unpacks a zip, tar or tar.gz of a model into a new folder, which appears when it is whole. A
 * single folder at the top of the archive is left out: its content is the model.
 *
 * @throws ModelError `E_ARCHIVE_…` for what is damaged, unsafe, too large or no archive at all
 */
export async function unpackArchive(order: UnpackOrder, ctx: TaskContext): Promise<UnpackResult> {
  const { source, out, limitBytes } = order
  const format = await sniffFormat(source)
  const { size } = await stat(source)
  const partial = join(dirname(out), `.${basename(out)}.partial`)
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  try {
    const folder = new UnpackedFolder(partial, limitBytes, size)
    if (format === 'zip' || format === 'pytorch') await unpackZip(source, partial, folder, ctx)
    else if (format === 'tar' || format === 'gzip') {
      await unpackTar(source, { gzip: format === 'gzip', bytes: size }, folder, ctx)
    } else throw noArchive(source)
    if (folder.files.length === 0) throw damagedArchive('there is no file in it')
    await rename(await innermost(partial), out)
    return { files: await listModelFiles(out), bytes: folder.bytes }
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** The folder that holds more than one folder. */
async function innermost(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true })
  const [single] = entries
  if (entries.length !== 1 || !single?.isDirectory()) return folder
  return innermost(join(folder, single.name))
}

function noArchive(source: string) {
  return archiveError(
    'E_ARCHIVE_FORMAT',
    `“${basename(source)}” is not an archive that can be unpacked. Pack the model’s folder as zip, tar or tar.gz.`,
    { file: basename(source) }
  )
}
