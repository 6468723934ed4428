import koffi from 'koffi'
import { ModelError } from '../shared/errors.js'
import type { Functions } from './functions.js'
import { CONTEXT_DEFAULTS, MODEL_DEFAULTS, QUANTIZE_DEFAULTS, TENSOR } from './layouts.js'

/** Lies in front of every tensor in a ggml context. */
const GGML_OBJECT = koffi.struct('ggml_object', {
  offs: 'size_t',
  size: 'size_t',
  next: 'void *',
  type: 'int32_t',
  padding: koffi.array('char', 4),
})

/**
 * Compares the layouts with what the library itself fills in: a structure that moved by one field
 * would read and write the wrong memory from then on.
 *
 * @throws {ModelError} E_LLAMA_LAYOUT, naming the first field that differs.
 */
export function checkLayouts(native: Functions): void {
  compare('llama_model_params', native.llama_model_default_params(), MODEL_DEFAULTS)
  compare('llama_context_params', native.llama_context_default_params(), CONTEXT_DEFAULTS)
  compare(
    'llama_model_quantize_params',
    native.llama_model_quantize_default_params(),
    QUANTIZE_DEFAULTS
  )
  checkTensor(native)
}

function compare(structure: string, actual: object, expected: object): void {
  for (const [field, value] of Object.entries(expected)) {
    const found = (actual as Record<string, unknown>)[field]
    if (found !== value) mismatch(`${structure}.${field}`, value, found)
  }
}

/** A tensor made by the library is read back field by field through our layout. */
function checkTensor(native: Functions): void {
  const bytes = Number(native.ggml_tensor_overhead()) - koffi.sizeof(GGML_OBJECT)
  if (bytes !== koffi.sizeof(TENSOR)) mismatch('ggml_tensor (bytes)', koffi.sizeof(TENSOR), bytes)
  const context = native.ggml_init({ mem_size: 16_384, mem_buffer: null, no_alloc: true })
  try {
    const a = native.ggml_new_tensor_2d(context, 0, 3, 5)
    const b = native.ggml_new_tensor_2d(context, 0, 3, 7)
    const product = native.ggml_set_name(native.ggml_mul_mat(context, a, b), 'layout check')
    const tensor = koffi.decode(product, TENSOR) as Record<string, unknown>
    const list = (value: unknown) => [...(value as Iterable<unknown>)].map(String).join()
    compare(
      'ggml_tensor',
      {
        ...tensor,
        ne: list(tensor.ne),
        nb: list(tensor.nb),
        op: native.ggml_op_name(tensor.op as number),
        src: list(tensor.src).slice(0, `${a},${b}`.length),
      },
      {
        type: 0,
        ne: '5,7,1,1',
        nb: '4,20,140,140',
        op: 'MUL_MAT',
        src: `${a},${b}`,
        data: null,
        name: 'layout check',
      }
    )
  } finally {
    native.ggml_free(context)
  }
}

function mismatch(field: string, expected: unknown, found: unknown): never {
  throw new ModelError(
    'E_LLAMA_LAYOUT',
    `The installed llama.cpp library does not match this version of Comptoir (${field}: expected ${String(expected)}, found ${String(found)}). Reinstall the packages with npm ci.`,
    { params: { field, expected: String(expected), found: String(found) } }
  )
}
