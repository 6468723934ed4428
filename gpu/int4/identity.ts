import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { HuggingFaceModel } from '../formats/open_model.js'
import type { Int4Settings } from './settings.js'

/** To be raised when finished layers of an older version must not be taken over. */
const SOLVER_VERSION = 1

/** Everything that a quantized layer depends on. */
export async function identityOf(
  model: HuggingFaceModel,
  settings: Int4Settings,
  calibrationText: string | undefined
): Promise<unknown> {
  const files = await Promise.all(
    model.files.map(async ({ name }) => {
      const { size, mtimeMs } = await stat(join(model.folder, name))
      return [name, size, mtimeMs]
    })
  )
  const text = calibrationText === undefined ? null : await readFile(calibrationText)
  const calibration = text && createHash('sha256').update(text).digest('hex')
  return { version: SOLVER_VERSION, folder: model.folder, files, settings, calibration }
}
