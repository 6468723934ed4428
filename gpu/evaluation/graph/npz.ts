import { openPromise } from 'yauzl'
import { ModelError } from '../../shared/errors.js'

/** An array of a `.npy` file. */
export interface NpyArray {
  /** NumPy's type without byte order: `f4`, `i8`, `b1` … */
  type: string
  dims: number[]
  data: Buffer
}

/** Sample inputs are small; more than this is a mistake or malice. */
const MAX_BYTES = 256 * 1024 * 1024
const MAX_ARRAYS = 1000

/**
 * The arrays of a NumPy `.npz` file by name, after
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Little-endian arrays in
 * C order only; objects, which NumPy pickles, are refused.
 *
 * @throws ModelError `E_SAMPLE_INPUTS`
 */
export async function readNpz(path: string): Promise<Map<string, NpyArray>> {
  const arrays = new Map<string, NpyArray>()
  try {
    const zip = await openPromise(path, { lazyEntries: true })
    try {
      let total = 0
      for await (const entry of zip.eachEntry()) {
        if (!entry.fileName.endsWith('.npy')) continue
        total += entry.uncompressedSize
        if (total > MAX_BYTES || arrays.size >= MAX_ARRAYS) throw unreadable('it is too large')
        const chunks: Buffer[] = []
        for await (const chunk of await zip.openReadStreamPromise(entry)) {
          chunks.push(chunk as Buffer)
        }
        arrays.set(entry.fileName.slice(0, -4), readNpy(Buffer.concat(chunks)))
      }
    } finally {
      zip.close()
    }
  } catch (error) {
    if (error instanceof ModelError) throw error
    throw unreadable('it is no NumPy archive', error)
  }
  return arrays
}

/** Magic `\x93NUMPY`, version, length of the header, the header as a Python dictionary, values. */
export function readNpy(bytes: Buffer): NpyArray {
  if (bytes.length < 10 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') {
    throw unreadable('an array in it has no NumPy header')
  }
  const isLong = bytes[6]! >= 2
  const start = isLong ? 12 : 10
  const length = isLong ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8)
  const header = bytes.toString('latin1', start, start + length)
  const type = /'descr':\s*'([<|])?([a-z]\d+)'/.exec(header)?.[2]
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1]
  if (type === undefined || shape === undefined) throw unreadable('an array has a type of its own')
  if (!/'fortran_order':\s*False/.test(header)) throw unreadable('an array is in Fortran order')
  const dims = shape
    .split(',')
    .map((dim) => dim.trim())
    .filter((dim) => dim !== '')
    .map(Number)
  const data = bytes.subarray(start + length)
  const size = dims.reduce((product, dim) => product * dim, Number(type.slice(1)))
  if (data.length !== size) throw unreadable('an array is not whole')
  return { type, dims, data }
}

function unreadable(reason: string, cause?: unknown): ModelError {
  return new ModelError(
    'E_SAMPLE_INPUTS',
    `The sample inputs cannot be read: ${reason}. Give a .npz file or JSON with one array per input.`,
    { params: { reason }, cause }
  )
}
