import { ModelError } from '../../shared/errors.js'

export function archiveError(
  code: `E_ARCHIVE_${string}`,
  message: string,
  params: Record<string, string | number> = {},
  cause?: unknown
): ModelError {
  return new ModelError(code, message, { params, cause })
}

/** The archive itself cannot be read to its end. */
export function damagedArchive(detail: string, cause?: unknown): ModelError {
  return archiveError(
    'E_ARCHIVE_DAMAGED',
    `The archive cannot be unpacked: ${detail}. The upload was probably cut off; pack it again and upload it again.`,
    { detail },
    cause
  )
}

export function linkInArchive(name: string): ModelError {
  return archiveError(
    'E_ARCHIVE_LINK',
    `The archive holds a link or a device (“${name.slice(0, 200)}”). Pack the files themselves (\`tar --dereference\`) and upload it again.`,
    { name: name.slice(0, 200) }
  )
}
