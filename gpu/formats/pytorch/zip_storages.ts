import yauzl from 'yauzl'
import type { ByteFile } from '../byte_file.js'
import { PickleError } from './pickle_error.js'

export interface Extent {
  start: number
  end: number
}

/** What a PyTorch file needs of its zip: where its pickle and its storages lie. */
export interface ZipStorages {
  pickle: Extent
  storages: ReadonlyMap<string, Extent>
}

/** Ten times the tensors of the largest mixture of experts. */
const MAX_ENTRIES = 1_000_000

/**
 * Reads the central directory of a file of `torch.save` (PyTorch 1.6 and later): one root folder
 * with `data.pkl`, `byteorder` and `data/<key>`, all stored without compression.
 * @throws PickleError for anything else
 */
export async function readZipStorages(file: ByteFile): Promise<ZipStorages> {
  const zip = await openZip(file.path)
  const storages = new Map<string, Extent>()
  let pickle: Extent | undefined
  try {
    if (zip.entryCount > MAX_ENTRIES) throw new PickleError('it holds too many entries')
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.slice(entry.fileName.indexOf('/') + 1)
      if (/^(code\/|constants\.pkl$)/.test(name)) throw torchScript()
      const key = /^data\/([^/]+)$/.exec(name)?.[1]
      if (key === undefined && name !== 'data.pkl' && name !== 'byteorder') continue
      const extent = await extentOf(zip, entry)
      if (name === 'byteorder') await checkByteOrder(file, extent)
      else if (key === undefined) pickle = once(pickle, extent)
      else if (storages.has(key)) throw new PickleError(`it holds the storage “${key}” twice`)
      else storages.set(key, extent)
    }
  } catch (cause) {
    if (cause instanceof PickleError) throw cause
    throw new PickleError(`its zip directory is damaged (${(cause as Error).message})`, { cause })
  } finally {
    zip.close()
  }
  if (!pickle) throw new PickleError('it is a zip file without a data.pkl')
  return { pickle, storages }
}

async function openZip(path: string): Promise<yauzl.ZipFile> {
  try {
    return await yauzl.openPromise(path, { lazyEntries: true, autoClose: false })
  } catch (cause) {
    const detail = 'its zip directory is missing or damaged; the file was probably cut off'
    throw new PickleError(detail, { cause })
  }
}

function torchScript(): PickleError {
  return new PickleError(
    'it is a TorchScript program, which holds code besides its weights; export the model to ONNX instead'
  )
}

async function extentOf(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Extent> {
  if (entry.compressionMethod !== 0 || entry.isEncrypted()) {
    throw new PickleError(`its part “${entry.fileName}” is compressed or encrypted`)
  }
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
  return { start: fileDataStart, end: fileDataStart + entry.uncompressedSize }
}

async function checkByteOrder(file: ByteFile, { start, end }: Extent): Promise<void> {
  const text = Buffer.from(await file.read(start, Math.min(end, start + 16)))
  if (text.toString('latin1').trim() !== 'little') {
    throw new PickleError('its numbers are big-endian')
  }
}

function once(before: Extent | undefined, extent: Extent): Extent {
  if (before) throw new PickleError('it holds two pickles')
  return extent
}
