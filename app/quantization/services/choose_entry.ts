import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Which file below a model's folder stands for it, '' for the folder itself. A lone file is the
 * model; of several, a single ONNX graph or GGUF is, and the others belong to it. A folder that
 * holds nothing but one folder (an archive of one) is looked into.
 */
export async function chooseEntry(folder: string, below = ''): Promise<string> {
  const entries = await readdir(join(folder, below), { withFileTypes: true })
  const [only] = entries
  if (entries.length === 1 && only) {
    const name = join(below, only.name)
    return only.isDirectory() ? chooseEntry(folder, name) : name
  }
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  if (files.some((name) => /\.(safetensors|bin)$/i.test(name))) return below
  for (const kind of [/\.onnx$/i, /\.gguf$/i]) {
    const found = files.filter((name) => kind.test(name))
    if (found.length === 1) return join(below, found[0]!)
  }
  return below
}
