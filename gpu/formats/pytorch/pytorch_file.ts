import { ModelError } from '../../shared/errors.js'
import { ByteFile } from '../byte_file.js'
import { refuseLfsPointer } from '../lfs_pointer.js'
import type { TensorInfo, TensorSource } from '../tensor_source.js'
import { findLegacyStorages, readLegacyPickles } from './legacy_storages.js'
import { PickleError } from './pickle_error.js'
import type { TensorRef } from './python_values.js'
import { tensorsOf } from './state_dict.js'
import { type StridedTensor, gather, placeTensor, storageBytesOf } from './strided.js'
import { unpickle } from './unpickle.js'
import { type Extent, readZipStorages } from './zip_storages.js'

/** A pickle has about 200 bytes for each tensor; this is enough for 150,000 of them. */
const MAX_PICKLE_BYTES = 32 * 1024 * 1024

/**
 * Tied weights and views count several times; a file whose tensors together claim more than this
 * many times its own size was made to fill the disk.
 */
const MAX_AMPLIFICATION = 16

interface PlacedTensor extends TensorInfo {
  ref: TensorRef
  place: StridedTensor
  /** The storage in the file. */
  extent: Extent
}

/**
 * A checkpoint of `torch.save`, as a zip (PyTorch 1.6 and later) or in the layout before it. Its
 * pickle is read by `unpickle`, which runs no code.
 */
export class PytorchFile implements TensorSource {
  readonly format = 'pytorch'

  private constructor(
    private readonly file: ByteFile,
    readonly tensors: ReadonlyMap<string, PlacedTensor>
  ) {}

  /**
   * Reads the pickle and checks every tensor's bounds; no weights.
   * @throws ModelError `E_PICKLE_FORBIDDEN` for a file that asks to run code,
   *   `E_PYTORCH_INVALID` for a damaged one, `E_FILE_TRUNCATED`
   */
  static async open(path: string): Promise<PytorchFile> {
    const file = await ByteFile.open(path)
    try {
      await refuseLfsPointer(file)
      return new PytorchFile(file, await readTensors(file))
    } catch (error) {
      await file.close()
      throw error instanceof PickleError ? invalid(file.name, error) : error
    }
  }

  async read(name: string, start = 0, end?: number): Promise<Uint8Array<ArrayBuffer>> {
    const tensor = this.tensors.get(name)
    if (!tensor) throw new RangeError(`No tensor “${name}” in ${this.file.name}`)
    const last = end ?? tensor.bytes
    if (last > tensor.bytes || start > last) {
      throw new RangeError(`“${name}” has ${tensor.bytes} bytes, not ${last}`)
    }
    const { place, extent } = tensor
    const from = extent.start + place.start
    if (place.contiguous) return this.file.read(from + start, from + last)
    if (start % place.itemBytes !== 0 || last % place.itemBytes !== 0) {
      throw new RangeError(`“${name}” can only be read in whole elements`)
    }
    const span = await this.file.read(from, extent.start + place.end)
    return gather(tensor.ref, place, span, start / place.itemBytes, last / place.itemBytes)
  }

  close(): Promise<void> {
    return this.file.close()
  }
}

async function readTensors(file: ByteFile): Promise<Map<string, PlacedTensor>> {
  const head = await file.read(0, Math.min(4, file.size))
  const isZip = head[0] === 0x50 && head[1] === 0x4b
  const { refs, storages } = isZip ? await readZip(file) : await readLegacy(file)
  const tensors = new Map<string, PlacedTensor>()
  let total = 0
  for (const [name, ref] of refs) {
    const place = placeTensor(name, ref)
    const extent = storages.get(ref.storage.key)
    if (!extent || extent.end - extent.start < storageBytesOf(ref)) {
      throw new PickleError(`the data of the tensor “${name}” is missing or too short`)
    }
    total += place.bytes
    const { dtype, shape } = ref
    tensors.set(name, { name, dtype, shape, bytes: place.bytes, ref, place, extent })
  }
  if (tensors.size === 0) throw new PickleError('it holds no tensors')
  if (total > file.size * MAX_AMPLIFICATION) {
    throw new PickleError('its tensors claim to be many times larger than the file')
  }
  return tensors
}

async function readZip(file: ByteFile) {
  const { pickle, storages } = await readZipStorages(file)
  if (pickle.end - pickle.start > MAX_PICKLE_BYTES) throw new PickleError('its pickle is too large')
  const { value } = unpickle(await file.read(pickle.start, pickle.end))
  return { refs: tensorsOf(value), storages }
}

async function readLegacy(file: ByteFile) {
  const checkpoint = await readLegacyPickles(file)
  const refs = tensorsOf(checkpoint.root)
  return { refs, storages: await findLegacyStorages(file, checkpoint, refs.values()) }
}

function invalid(file: string, cause: PickleError): ModelError {
  const detail = cause.message
  return new ModelError(
    'E_PYTORCH_INVALID',
    `“${file}” cannot be read as PyTorch weights: ${detail}. Save the model’s state_dict again, best as safetensors.`,
    { params: { file, detail }, cause }
  )
}
