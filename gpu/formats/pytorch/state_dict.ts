import { PickleError } from './pickle_error.js'
import {
  PythonDict,
  PythonList,
  PythonTuple,
  type PythonValue,
  TensorRef,
} from './python_values.js'

/** Keys under which training scripts keep the model beside the optimizer's state. */
const WRAPPERS = ['state_dict', 'model_state_dict', 'model', 'module', 'params_ema', 'params']

/** Nested dictionaries deeper than this are no state_dict; a cyclic one never ends. */
const MAX_DEPTH = 12
const MAX_VISITS = 2_000_000

/**
 * The tensors of a checkpoint by name: of its `state_dict` when it has one beside other things.
 * Names of nested dictionaries are joined with dots; numbers and texts are left out.
 * @throws PickleError when there is no tensor or no end of them
 */
export function tensorsOf(root: PythonValue): Map<string, TensorRef> {
  const tensors = new Map<string, TensorRef>()
  let visits = 0
  const visit = (value: PythonValue, name: string, depth: number): void => {
    if (++visits > MAX_VISITS || depth > MAX_DEPTH) {
      throw new PickleError('its dictionaries are nested without end')
    }
    if (value instanceof TensorRef) {
      if (tensors.has(name)) throw new PickleError(`the name “${name}” is there twice`)
      tensors.set(name, value)
    } else if (value instanceof PythonDict) {
      for (const [key, item] of value.entries) visit(item, join(name, key), depth + 1)
    } else if (value instanceof PythonList || value instanceof PythonTuple) {
      for (const [index, item] of value.items.entries()) visit(item, join(name, index), depth + 1)
    }
  }
  visit(unwrap(root), '', 0)
  // A file may hold one tensor and no dictionary.
  const single = tensors.get('')
  if (single) return new Map([['tensor', single]])
  return tensors
}

function unwrap(root: PythonValue): PythonValue {
  if (!(root instanceof PythonDict)) return root
  const holdsTensors = [...root.entries.values()].some((value) => value instanceof TensorRef)
  if (holdsTensors) return root
  for (const key of WRAPPERS) {
    const inner = root.entries.get(key)
    if (inner instanceof PythonDict && inner.entries.size > 0) return inner
  }
  return root
}

function join(prefix: string, key: PythonValue): string {
  if (typeof key !== 'string' && typeof key !== 'number') {
    throw new PickleError('a name in its dictionary is neither a text nor a number')
  }
  return prefix === '' ? String(key) : `${prefix}.${key}`
}
