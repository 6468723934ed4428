import { ModelError } from '../shared/errors.js'
import type { ByteFile } from './byte_file.js'

const START = Buffer.from('version https://git-lfs.github.com')
/** The specification of Git LFS: “must be less than 1024 bytes in size”. */
const MAX_POINTER_BYTES = 1024

/**
 * A repository cloned without Git LFS holds small text files in place of the weights.
 * @throws ModelError `E_LFS_POINTER`
 */
export async function refuseLfsPointer(file: ByteFile): Promise<void> {
  if (file.size < START.length || file.size >= MAX_POINTER_BYTES) return
  const head = await file.read(0, START.length)
  if (!START.equals(head)) return
  throw new ModelError(
    'E_LFS_POINTER',
    `“${file.name}” is only a pointer of Git LFS, not the file itself. Run \`git lfs pull\` in the repository, or download the file.`,
    { params: { file: file.name } }
  )
}
