import { ModelError } from '../../shared/errors.js'
import {
  OpaqueValue,
  PythonDict,
  PythonGlobal,
  PythonList,
  PythonTuple,
  type PythonValue,
  StorageRef,
  TensorRef,
} from './python_values.js'
import { PickleError } from './pickle_error.js'

const STORAGE_DTYPES: Readonly<Record<string, string>> = {
  'torch.DoubleStorage': 'F64',
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
  'torch.ComplexFloatStorage': 'C64',
}

const TORCH_DTYPES: Readonly<Record<string, string>> = {
  'torch.float64': 'F64',
  'torch.double': 'F64',
  'torch.float32': 'F32',
  'torch.float': 'F32',
  'torch.float16': 'F16',
  'torch.half': 'F16',
  'torch.bfloat16': 'BF16',
  'torch.int64': 'I64',
  'torch.int32': 'I32',
  'torch.int16': 'I16',
  'torch.int8': 'I8',
  'torch.uint8': 'U8',
  'torch.uint16': 'U16',
  'torch.uint32': 'U32',
  'torch.uint64': 'U64',
  'torch.bool': 'BOOL',
  'torch.complex64': 'C64',
  'torch.float8_e4m3fn': 'F8_E4M3',
  'torch.float8_e5m2': 'F8_E5M2',
  'torch.float8_e4m3fnuz': 'F8_E4M3FNUZ',
  'torch.float8_e5m2fnuz': 'F8_E5M2FNUZ',
  'torch.float8_e8m0fnu': 'F8_E8M0',
}

type Call = (args: readonly PythonValue[]) => PythonValue

/** The only names that may be called, and what calling them means here. */
const CALLS: Readonly<Record<string, Call>> = {
  'collections.OrderedDict': orderedDict,
  'torch.Size': ([sizes]) => (sizes instanceof PythonList ? new PythonTuple(sizes.items) : sizes!),
  'torch.device': () => new OpaqueValue(),
  'torch._utils._rebuild_tensor': ([storage, offset, size, stride]) =>
    tensor(storage, offset, size, stride),
  'torch._utils._rebuild_tensor_v2': ([storage, offset, size, stride]) =>
    tensor(storage, offset, size, stride),
  'torch._utils._rebuild_tensor_v3': ([storage, offset, size, stride, , , dtype]) =>
    tensor(storage, offset, size, stride, dtype),
  'torch._utils._rebuild_parameter': ([data]) => parameter(data),
  'torch._utils._rebuild_parameter_with_state': ([data]) => parameter(data),
}

const UNTYPED = new Set(['torch.storage.UntypedStorage', 'torch.UntypedStorage'])

/**
 * A name that a pickle asks for, if it is on the list of harmless ones
 * (the minimal list of `torch/_weights_only_unpickler.py`).
 * @throws ModelError `E_PICKLE_FORBIDDEN`, naming what was asked for
 */
export function resolveGlobal(module: string, name: string): PythonGlobal {
  // Pickles of Python 2 call the standard library by other names; none of the list is concerned.
  const full = `${module}.${name}`
  for (const known of [CALLS, STORAGE_DTYPES, TORCH_DTYPES]) {
    if (Object.hasOwn(known, full)) return new PythonGlobal(full)
  }
  if (UNTYPED.has(full)) return new PythonGlobal(full)
  throw forbidden(full.slice(0, 200))
}

/** @throws ModelError `E_PICKLE_FORBIDDEN` for anything that is not on the list */
export function callGlobal(callee: PythonValue, args: PythonValue): PythonValue {
  if (!(callee instanceof PythonGlobal) || !Object.hasOwn(CALLS, callee.name)) {
    throw forbidden(callee instanceof PythonGlobal ? callee.name : 'a call of a computed value')
  }
  if (!(args instanceof PythonTuple)) throw new PickleError('a call has no list of arguments')
  return CALLS[callee.name]!(args.items)
}

/** The tuple `('storage', class, key, location, count[, view])` that stands for a storage. */
export function resolveStorage(id: PythonValue): StorageRef {
  const [tag, type, key, , count] = id instanceof PythonTuple ? id.items : []
  if (tag !== 'storage' || !(type instanceof PythonGlobal) || typeof key !== 'string') {
    throw new PickleError('a reference to a storage has an unknown form')
  }
  const dtype = UNTYPED.has(type.name) ? null : own(STORAGE_DTYPES, type.name)
  if (dtype === undefined) throw new PickleError(`“${type.name}” is no kind of storage`)
  return new StorageRef(key, dtype, natural(count, 'the length of a storage'))
}

function tensor(
  storage: PythonValue | undefined,
  offset: PythonValue | undefined,
  size: PythonValue | undefined,
  stride: PythonValue | undefined,
  dtypeName?: PythonValue
): TensorRef {
  if (!(storage instanceof StorageRef)) throw new PickleError('a tensor has no storage')
  const explicit = dtypeName instanceof PythonGlobal ? own(TORCH_DTYPES, dtypeName.name) : undefined
  const dtype = explicit ?? storage.dtype
  if (!dtype) throw new PickleError('a tensor has no element type')
  const shape = naturals(size, 'a shape')
  const strides = naturals(stride, 'the strides of a tensor')
  if (shape.length !== strides.length) {
    throw new PickleError('a tensor’s shape and strides have different lengths')
  }
  return new TensorRef(storage, dtype, natural(offset, 'an offset'), shape, strides)
}

function parameter(data: PythonValue | undefined): TensorRef {
  if (!(data instanceof TensorRef)) throw new PickleError('a parameter holds no tensor')
  return data
}

function orderedDict([pairs]: readonly PythonValue[]): PythonDict {
  const dict = new PythonDict()
  if (pairs === undefined) return dict
  if (!(pairs instanceof PythonList)) throw new PickleError('an OrderedDict has an unknown form')
  for (const pair of pairs.items) {
    const items = pair instanceof PythonTuple || pair instanceof PythonList ? pair.items : []
    if (items.length !== 2) throw new PickleError('an OrderedDict has an unknown form')
    dict.entries.set(items[0]!, items[1]!)
  }
  return dict
}

/** More dimensions than any tensor of PyTorch can have (64). */
const MAX_DIMENSIONS = 64

function naturals(value: PythonValue | undefined, what: string): number[] {
  if (!(value instanceof PythonTuple) || value.items.length > MAX_DIMENSIONS) {
    throw new PickleError(`${what} is no list of numbers`)
  }
  return value.items.map((item) => natural(item, what))
}

function natural(value: PythonValue | undefined, what: string): number {
  const number = typeof value === 'bigint' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
    throw new PickleError(`${what} is not a whole number from 0`)
  }
  return number
}

function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

function forbidden(name: string): ModelError {
  return new ModelError(
    'E_PICKLE_FORBIDDEN',
    `This PyTorch file asks to run code (“${name}”), which Comptoir never does. Save the model’s state_dict as safetensors and use that. If the file is not yours, do not open it with other tools.`,
    { params: { name } }
  )
}
