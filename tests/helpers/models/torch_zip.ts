import { buffer } from 'node:stream/consumers'
import yazl from 'yazl'

export interface TorchTensor {
  name: string
  /** Class of the storage, e.g. `FloatStorage`. */
  storage: string
  key: string
  count: number
  shape: number[]
  stride: number[]
  offset?: number
}

/** The pickle of a state_dict as torch.save writes it (protocol 2, without memo). */
export function statePickle(tensors: TorchTensor[]): Buffer {
  const items = tensors.map((tensor) => {
    const id = [
      '(',
      text('storage'),
      global('torch', tensor.storage),
      text(tensor.key),
      text('cpu'),
      int(tensor.count),
      'tQ',
    ]
    const args = [int(tensor.offset ?? 0), tuple(tensor.shape), tuple(tensor.stride), '\x89']
    const hooks = [global('collections', 'OrderedDict'), ')R']
    const rebuild = global('torch._utils', '_rebuild_tensor_v2')
    return bytes(text(tensor.name), rebuild, '(', ...id, ...args, ...hooks, 'tR')
  })
  return bytes('\x80\x02', global('collections', 'OrderedDict'), ')R(', ...items, 'u.')
}

/** A zip as torch.save writes it; `parts` may replace or add entries. */
export async function torchZip(
  pickle: Buffer,
  storages: Record<string, Buffer>,
  parts: Record<string, Buffer> = {}
): Promise<Buffer> {
  const entries: Record<string, Buffer> = {
    'data.pkl': pickle,
    'byteorder': Buffer.from('little'),
    'version': Buffer.from('3\n'),
    ...Object.fromEntries(Object.entries(storages).map(([key, data]) => [`data/${key}`, data])),
    ...parts,
  }
  return zipOf(Object.fromEntries(Object.entries(entries).map(([k, v]) => [`archive/${k}`, v])))
}

export async function zipOf(entries: Record<string, Buffer>, compress = false): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const [name, data] of Object.entries(entries)) zip.addBuffer(data, name, { compress })
  zip.end()
  return buffer(zip.outputStream)
}

function bytes(...parts: (string | Buffer)[]): Buffer {
  const buffers = parts.map((part) => {
    return typeof part === 'string' ? Buffer.from(part, 'latin1') : part
  })
  return Buffer.concat(buffers)
}

function text(value: string): Buffer {
  const data = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(data.length)
  return bytes('X', length, data)
}

function int(value: number): Buffer {
  const data = Buffer.alloc(5)
  data.write('J', 'latin1')
  data.writeInt32LE(value, 1)
  return data
}

function tuple(values: number[]): Buffer {
  return bytes('(', ...values.map(int), 't')
}

function global(module: string, name: string): string {
  return `c${module}\n${name}\n`
}
