import type { ByteFile } from '../byte_file.js'
import { PickleError } from './pickle_error.js'
import { PythonDict, PythonList, type PythonValue, type TensorRef } from './python_values.js'
import { storageBytesOf } from './strided.js'
import { unpickle } from './unpickle.js'
import type { Extent } from './zip_storages.js'

/** `MAGIC_NUMBER` and `PROTOCOL_VERSION` of `torch/serialization.py`. */
const MAGIC = 0x1950a86a20f9469cfc6cn
const PROTOCOL = 1001

/** The pickles come before all data; those of the largest models have a few megabytes. */
const MAX_PICKLES_BYTES = 32 * 1024 * 1024

export interface LegacyCheckpoint {
  root: PythonValue
  /** Where the list of storages and their data follow. */
  end: number
  keys: string[]
}

/**
 * Reads the pickles of a file from before PyTorch 1.6: magic number, protocol, byte order, the
 * checkpoint itself, and the order of the storages behind them.
 */
export async function readLegacyPickles(file: ByteFile): Promise<LegacyCheckpoint> {
  const head = await file.read(0, Math.min(file.size, MAX_PICKLES_BYTES))
  if (head[0] !== 0x80) throw new PickleError('it does not start as torch.save writes it')
  let at = 0
  const next = (): PythonValue => {
    const { value, end } = unpickle(head, at)
    at = end
    return value
  }
  if (next() !== MAGIC) throw new PickleError('it does not start as torch.save writes it')
  if (next() !== PROTOCOL) throw new PickleError('its protocol is not known')
  const system = next()
  if (!(system instanceof PythonDict) || system.entries.get('little_endian') !== true) {
    throw new PickleError('its numbers are big-endian')
  }
  const root = next()
  const keys = next()
  if (!(keys instanceof PythonList) || !keys.items.every((key) => typeof key === 'string')) {
    throw new PickleError('its list of storages has an unknown form')
  }
  return { root, end: at, keys: keys.items as string[] }
}

/**
 * The storages lie one behind the other, each with its length in elements (int64) before it; their
 * element type is known from the tensors only.
 */
export async function findLegacyStorages(
  file: ByteFile,
  { end, keys }: LegacyCheckpoint,
  tensors: Iterable<TensorRef>
): Promise<Map<string, Extent>> {
  const used = new Map<string, TensorRef>()
  for (const tensor of tensors) used.set(tensor.storage.key, tensor)
  const extents = new Map<string, Extent>()
  let at = end
  for (const key of keys) {
    const tensor = used.get(key)
    if (!tensor) throw new PickleError(`nothing tells the element type of its storage “${key}”`)
    const length = await file.read(at, at + 8)
    if (new DataView(length.buffer).getBigInt64(0, true) !== BigInt(tensor.storage.count)) {
      throw new PickleError(`its storage “${key}” does not have the length that it should`)
    }
    const start = at + 8
    at = start + storageBytesOf(tensor)
    extents.set(key, { start, end: at })
  }
  if (at !== file.size) throw new PickleError('its length does not match its storages')
  return extents
}
