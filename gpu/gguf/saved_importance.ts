/** An importance matrix on disk, so that a killed job does not measure it again. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import type { ImportanceMatrix } from './importance_matrix.js'

interface Index extends Omit<ImportanceMatrix, 'weights'> {
  key: string
  /** Name and number of float32 values, in the order of the data. */
  weights: [name: string, length: number][]
}

const LENGTH_BYTES = 4

/** u32 length, JSON index, float32 values. */
export async function saveImportance(
  path: string,
  key: string,
  { weights, ...rest }: ImportanceMatrix
): Promise<void> {
  const index: Index = {
    key,
    weights: [...weights].map(([name, values]) => [name, values.length]),
    ...rest,
  }
  const json = Buffer.from(JSON.stringify(index))
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32LE(json.length)
  const values = [...weights.values()].map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength)
  )
  await writeFile(`${path}.partial`, Buffer.concat([length, json, ...values]))
  await rename(`${path}.partial`, path)
}

/** The matrix with this key, or null when there is none. */
export async function loadImportance(path: string, key: string): Promise<ImportanceMatrix | null> {
  const file = await readFile(path).catch(() => null)
  if (!file || file.length < LENGTH_BYTES) return null
  try {
    const start = LENGTH_BYTES + file.readUInt32LE(0)
    const {
      key: savedKey,
      weights,
      ...rest
    } = JSON.parse(file.toString('utf8', LENGTH_BYTES, start)) as Index
    if (savedKey !== key) return null
    const data = new Float32Array(Uint8Array.from(file.subarray(start)).buffer)
    let position = 0
    const entries = weights.map(([name, length]): [string, Float32Array] => {
      position += length
      return [name, data.subarray(position - length, position)]
    })
    return position === data.length ? { ...rest, weights: new Map(entries) } : null
  } catch {
    return null
  }
}
