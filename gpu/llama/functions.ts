/**
 * Functions of ggml and llama.cpp that are called, each with the library that exports it. Types
 * of structures come from `layouts.ts`, which must be loaded before the prototypes are read.
 *
 * `void *` takes a typed array (its memory, without a copy) or a pointer.
 */
import koffi, { type KoffiFunc, type LibraryHandle } from 'koffi'
import type { ContextParams, ModelParams, Pointer, QuantizeParams } from './layouts.js'
import './layouts.js'

export type Memory =
  Float32Array | Int32Array | Uint32Array | Uint16Array | Int8Array | Uint8Array | Pointer
type Handle = Pointer
type Size = number | bigint

export interface Batch {
  n_tokens: number
  token: Memory
  embd: Memory
  pos: Memory
  n_seq_id: Memory
  seq_id: Memory
  logits: Memory
}

type LibraryName = 'base' | 'ggml' | 'llama'

/** `T` is the JavaScript signature of the prototype. */
function declare<T extends (...args: never[]) => unknown>(library: LibraryName, prototype: string) {
  return { library, prototype } as { library: LibraryName; prototype: string; signature?: T }
}

const DECLARATIONS = {
  // Log and versions
  llama_log_set: declare<(callback: Pointer, data: Pointer) => void>(
    'llama',
    'void llama_log_set(void *callback, void *data)'
  ),
  llama_version: declare<() => string>('llama', 'const char *llama_version()'),
  ggml_version: declare<() => string>('base', 'const char *ggml_version()'),
  llama_backend_init: declare<() => void>('llama', 'void llama_backend_init()'),

  // Backends and devices
  ggml_backend_load: declare<(path: string) => Handle>(
    'ggml',
    'void *ggml_backend_load(const char *path)'
  ),
  ggml_backend_load_all_from_path: declare<(folder: string) => void>(
    'ggml',
    'void ggml_backend_load_all_from_path(const char *folder)'
  ),
  ggml_backend_dev_count: declare<() => Size>('ggml', 'size_t ggml_backend_dev_count()'),
  ggml_backend_dev_get: declare<(index: number) => Handle>(
    'ggml',
    'void *ggml_backend_dev_get(size_t index)'
  ),
  ggml_backend_dev_name: declare<(device: Handle) => string>(
    'base',
    'const char *ggml_backend_dev_name(void *device)'
  ),
  ggml_backend_dev_description: declare<(device: Handle) => string>(
    'base',
    'const char *ggml_backend_dev_description(void *device)'
  ),
  ggml_backend_dev_type: declare<(device: Handle) => number>(
    'base',
    'int ggml_backend_dev_type(void *device)'
  ),
  ggml_backend_dev_memory: declare<(device: Handle, free: Size[], total: Size[]) => void>(
    'base',
    'void ggml_backend_dev_memory(void *device, _Out_ size_t *free, _Out_ size_t *total)'
  ),
  ggml_backend_dev_backend_reg: declare<(device: Handle) => Handle>(
    'base',
    'void *ggml_backend_dev_backend_reg(void *device)'
  ),
  ggml_backend_reg_name: declare<(reg: Handle) => string>(
    'base',
    'const char *ggml_backend_reg_name(void *reg)'
  ),
  ggml_backend_reg_get_proc_address: declare<(reg: Handle, name: string) => Handle>(
    'base',
    'void *ggml_backend_reg_get_proc_address(void *reg, const char *name)'
  ),
  ggml_backend_dev_init: declare<(device: Handle, params: string | null) => Handle>(
    'base',
    'void *ggml_backend_dev_init(void *device, const char *params)'
  ),
  ggml_backend_free: declare<(backend: Handle) => void>(
    'base',
    'void ggml_backend_free(void *backend)'
  ),

  // Types and quantization
  ggml_get_type_traits: declare<(type: number) => Handle>(
    'base',
    'void *ggml_get_type_traits(int type)'
  ),
  ggml_quantize_init: declare<(type: number) => void>('base', 'void ggml_quantize_init(int type)'),
  ggml_quantize_requires_imatrix: declare<(type: number) => boolean>(
    'base',
    'bool ggml_quantize_requires_imatrix(int type)'
  ),
  ggml_quantize_chunk: declare<
    (
      type: number,
      from: Memory,
      to: Memory,
      start: number,
      rows: number,
      rowElements: number,
      importance: Memory
    ) => Size
  >(
    'base',
    'size_t ggml_quantize_chunk(int type, const void *from, void *to, int64_t start, int64_t rows, int64_t row_elements, const void *importance)'
  ),
  ggml_validate_row_data: declare<(type: number, data: Memory, bytes: number) => boolean>(
    'base',
    'bool ggml_validate_row_data(int type, const void *data, size_t bytes)'
  ),
  ggml_fp16_to_fp32_row: declare<(from: Memory, to: Memory, elements: number) => void>(
    'base',
    'void ggml_fp16_to_fp32_row(const void *from, void *to, int64_t elements)'
  ),
  ggml_fp32_to_fp16_row: declare<(from: Memory, to: Memory, elements: number) => void>(
    'base',
    'void ggml_fp32_to_fp16_row(const void *from, void *to, int64_t elements)'
  ),
  ggml_bf16_to_fp32_row: declare<(from: Memory, to: Memory, elements: number) => void>(
    'base',
    'void ggml_bf16_to_fp32_row(const void *from, void *to, int64_t elements)'
  ),
  ggml_fp32_to_bf16_row: declare<(from: Memory, to: Memory, elements: number) => void>(
    'base',
    'void ggml_fp32_to_bf16_row(const void *from, void *to, int64_t elements)'
  ),

  // Graphs
  ggml_op_name: declare<(op: number) => string>('base', 'const char *ggml_op_name(int op)'),
  ggml_tensor_overhead: declare<() => Size>('base', 'size_t ggml_tensor_overhead()'),
  ggml_init: declare<
    (params: { mem_size: number; mem_buffer: Pointer; no_alloc: boolean }) => Handle
  >('base', 'void *ggml_init(ggml_init_params params)'),
  ggml_free: declare<(context: Handle) => void>('base', 'void ggml_free(void *context)'),
  ggml_new_tensor_2d: declare<
    (context: Handle, type: number, columns: number, rows: number) => Handle
  >('base', 'void *ggml_new_tensor_2d(void *context, int type, int64_t ne0, int64_t ne1)'),
  ggml_set_name: declare<(tensor: Handle, name: string) => Handle>(
    'base',
    'void *ggml_set_name(void *tensor, const char *name)'
  ),
  ggml_mul_mat: declare<(context: Handle, a: Handle, b: Handle) => Handle>(
    'base',
    'void *ggml_mul_mat(void *context, void *a, void *b)'
  ),
  ggml_mul_mat_set_prec: declare<(product: Handle, precision: number) => void>(
    'base',
    'void ggml_mul_mat_set_prec(void *product, int precision)'
  ),
  ggml_transpose: declare<(context: Handle, a: Handle) => Handle>(
    'base',
    'void *ggml_transpose(void *context, void *a)'
  ),
  ggml_cont: declare<(context: Handle, a: Handle) => Handle>(
    'base',
    'void *ggml_cont(void *context, void *a)'
  ),
  ggml_set_input: declare<(tensor: Handle) => void>('base', 'void ggml_set_input(void *tensor)'),
  ggml_add_inplace: declare<(context: Handle, a: Handle, b: Handle) => Handle>(
    'base',
    'void *ggml_add_inplace(void *context, void *a, void *b)'
  ),
  ggml_sub_inplace: declare<(context: Handle, a: Handle, b: Handle) => Handle>(
    'base',
    'void *ggml_sub_inplace(void *context, void *a, void *b)'
  ),
  ggml_new_graph_custom: declare<(context: Handle, nodes: number, gradients: boolean) => Handle>(
    'base',
    'void *ggml_new_graph_custom(void *context, size_t nodes, bool gradients)'
  ),
  ggml_build_forward_expand: declare<(graph: Handle, tensor: Handle) => void>(
    'base',
    'void ggml_build_forward_expand(void *graph, void *tensor)'
  ),
  ggml_backend_alloc_ctx_tensors: declare<(context: Handle, backend: Handle) => Handle>(
    'base',
    'void *ggml_backend_alloc_ctx_tensors(void *context, void *backend)'
  ),
  ggml_backend_get_default_buffer_type: declare<(backend: Handle) => Handle>(
    'base',
    'void *ggml_backend_get_default_buffer_type(void *backend)'
  ),
  ggml_gallocr_new: declare<(bufferType: Handle) => Handle>(
    'base',
    'void *ggml_gallocr_new(void *buffer_type)'
  ),
  ggml_gallocr_alloc_graph: declare<(allocator: Handle, graph: Handle) => boolean>(
    'base',
    'bool ggml_gallocr_alloc_graph(void *allocator, void *graph)'
  ),
  ggml_backend_buffer_clear: declare<(buffer: Handle, value: number) => void>(
    'base',
    'void ggml_backend_buffer_clear(void *buffer, uint8_t value)'
  ),
  ggml_backend_buffer_free: declare<(buffer: Handle) => void>(
    'base',
    'void ggml_backend_buffer_free(void *buffer)'
  ),
  ggml_backend_buffer_is_host: declare<(buffer: Handle) => boolean>(
    'base',
    'bool ggml_backend_buffer_is_host(void *buffer)'
  ),
  ggml_backend_tensor_set: declare<
    (tensor: Handle, data: Memory, offset: number, bytes: number) => void
  >(
    'base',
    'void ggml_backend_tensor_set(void *tensor, const void *data, size_t offset, size_t bytes)'
  ),
  ggml_backend_tensor_get: declare<
    (tensor: Handle, data: Memory, offset: number, bytes: number) => void
  >(
    'base',
    'void ggml_backend_tensor_get(const void *tensor, void *data, size_t offset, size_t bytes)'
  ),
  ggml_backend_graph_compute: declare<(backend: Handle, graph: Handle) => number>(
    'base',
    'int ggml_backend_graph_compute(void *backend, void *graph)'
  ),

  // Models
  llama_model_default_params: declare<() => ModelParams>(
    'llama',
    'llama_model_params llama_model_default_params()'
  ),
  llama_context_default_params: declare<() => ContextParams>(
    'llama',
    'llama_context_params llama_context_default_params()'
  ),
  llama_model_quantize_default_params: declare<() => QuantizeParams>(
    'llama',
    'llama_model_quantize_params llama_model_quantize_default_params()'
  ),
  llama_model_load_from_file: declare<(path: string, params: ModelParams) => Handle>(
    'llama',
    'void *llama_model_load_from_file(const char *path, llama_model_params params)'
  ),
  llama_model_free: declare<(model: Handle) => void>('llama', 'void llama_model_free(void *model)'),
  llama_model_get_vocab: declare<(model: Handle) => Handle>(
    'llama',
    'void *llama_model_get_vocab(void *model)'
  ),
  llama_model_meta_val_str: declare<
    (model: Handle, key: string, text: Memory, bytes: number) => number
  >(
    'llama',
    'int32_t llama_model_meta_val_str(const void *model, const char *key, void *text, size_t bytes)'
  ),
  llama_model_size: declare<(model: Handle) => Size>(
    'llama',
    'uint64_t llama_model_size(void *model)'
  ),
  llama_model_quantize: declare<(from: string, to: string, params: QuantizeParams) => number>(
    'llama',
    'uint32_t llama_model_quantize(const char *from, const char *to, const llama_model_quantize_params *params)'
  ),

  // Contexts
  llama_init_from_model: declare<(model: Handle, params: ContextParams) => Handle>(
    'llama',
    'void *llama_init_from_model(void *model, llama_context_params params)'
  ),
  llama_free: declare<(context: Handle) => void>('llama', 'void llama_free(void *context)'),
  llama_n_ctx: declare<(context: Handle) => number>(
    'llama',
    'uint32_t llama_n_ctx(const void *context)'
  ),
  llama_get_memory: declare<(context: Handle) => Handle>(
    'llama',
    'void *llama_get_memory(const void *context)'
  ),
  llama_memory_clear: declare<(memory: Handle, data: boolean) => void>(
    'llama',
    'void llama_memory_clear(void *memory, bool data)'
  ),
  llama_decode: declare<(context: Handle, batch: Batch) => number>(
    'llama',
    'int32_t llama_decode(void *context, llama_batch batch)'
  ),
  llama_get_logits: declare<(context: Handle) => Handle>(
    'llama',
    'void *llama_get_logits(void *context)'
  ),

  // Vocabulary
  llama_vocab_n_tokens: declare<(vocab: Handle) => number>(
    'llama',
    'int32_t llama_vocab_n_tokens(void *vocab)'
  ),
  llama_vocab_bos: declare<(vocab: Handle) => number>(
    'llama',
    'int32_t llama_vocab_bos(void *vocab)'
  ),
  llama_vocab_get_add_bos: declare<(vocab: Handle) => boolean>(
    'llama',
    'bool llama_vocab_get_add_bos(void *vocab)'
  ),
  llama_vocab_get_add_eos: declare<(vocab: Handle) => boolean>(
    'llama',
    'bool llama_vocab_get_add_eos(void *vocab)'
  ),
  llama_vocab_is_eog: declare<(vocab: Handle, token: number) => boolean>(
    'llama',
    'bool llama_vocab_is_eog(void *vocab, int32_t token)'
  ),
  llama_tokenize: declare<
    (
      vocab: Handle,
      text: Memory,
      bytes: number,
      tokens: Memory,
      most: number,
      special: boolean,
      parseSpecial: boolean
    ) => number
  >(
    'llama',
    'int32_t llama_tokenize(void *vocab, const void *text, int32_t bytes, void *tokens, int32_t most, bool add_special, bool parse_special)'
  ),
  llama_detokenize: declare<
    (
      vocab: Handle,
      tokens: Memory,
      count: number,
      text: Memory,
      bytes: number,
      removeSpecial: boolean,
      unparseSpecial: boolean
    ) => number
  >(
    'llama',
    'int32_t llama_detokenize(void *vocab, const void *tokens, int32_t count, void *text, int32_t bytes, bool remove_special, bool unparse_special)'
  ),
}

type Signature<D> = D extends { signature?: infer T }
  ? NonNullable<T> extends (...args: never[]) => unknown
    ? NonNullable<T>
    : never
  : never

export type Functions = {
  [K in keyof typeof DECLARATIONS]: KoffiFunc<Signature<(typeof DECLARATIONS)[K]>>
}

/** Looks every function up. @throws when a library lacks one, naming it. */
export function bindFunctions(libraries: Record<LibraryName, LibraryHandle>): Functions {
  const bound: Record<string, unknown> = {}
  for (const [name, { library, prototype }] of Object.entries(DECLARATIONS)) {
    bound[name] = libraries[library].func(prototype)
  }
  return bound as Functions
}

/** Opens one library file. @throws when the system's loader refuses it. */
export function openLibrary(path: string): LibraryHandle {
  return koffi.load(path)
}

/** Runs a native function on a thread of libuv's pool; the arguments must stay alive until then. */
export function callAsync<A extends unknown[], R>(
  native: KoffiFunc<(...args: A) => R>,
  ...args: A
): Promise<R> {
  return new Promise((resolve, reject) => {
    native.async(...args, (error: unknown, result: R) => (error ? reject(error) : resolve(result)))
  })
}
