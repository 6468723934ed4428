const MAX_LENGTH = 300
const MAX_DEPTH = 4

/**
 * The place of an uploaded file below its model's folder, or null when its name would lead
 * elsewhere. Folders are kept: the weights of an ONNX model may lie beside it in one.
 */
export function safeFileName(given: string): string | null {
  const name = given.normalize('NFC').replaceAll('\\', '/').trim()
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.length === 0 || parts.length > MAX_DEPTH) return null
  // eslint-disable-next-line no-control-regex
  if (parts.some((part) => part === '..' || /[\u0000-\u001f\u007f:*?"<>|]/.test(part))) return null
  // Names of one part of the system: a hidden file is nothing that a model needs.
  if (parts.some((part) => part.startsWith('.') || part.length > 200)) return null
  const joined = parts.join('/')
  return joined.length <= MAX_LENGTH ? joined : null
}

const ARCHIVE = /\.(zip|tar|tgz|tar\.gz)$/i

export function isArchive(name: string): boolean {
  return ARCHIVE.test(name)
}

/** Name of a model for people, from the name of its file or folder. */
export function modelNameOf(fileName: string): string {
  const last = fileName.split('/').filter(Boolean).at(-1) ?? ''
  const bare = last.replace(ARCHIVE, '').replace(/\.(onnx|safetensors|gguf|bin|pt|pth)$/i, '')
  return (bare || last || 'model').slice(0, 200)
}
