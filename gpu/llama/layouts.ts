/**
 * Structures of llama.cpp and ggml as they lie in memory, written down once. Source: `include/llama.h`
 * and `ggml/include/ggml.h` of the source bundle inside `node-llama-cpp` (llama.cpp v0.4.0).
 * `check_layouts.ts` compares them with the library's own default values at start.
 */
import koffi from 'koffi'

export type Pointer = bigint | null

/** Numbers of `enum ggml_type`; the table with sizes is in `ggml_types.ts`. */
export const GGML_TYPE_COUNT = 43

export const MODEL_PARAMS = koffi.struct('llama_model_params', {
  devices: 'void *',
  tensor_buft_overrides: 'void *',
  n_gpu_layers: 'int32_t',
  split_mode: 'int32_t',
  load_mode: 'int32_t',
  lazy_mode: 'int32_t',
  main_gpu: 'int32_t',
  tensor_split: 'void *',
  progress_callback: 'void *',
  progress_callback_user_data: 'void *',
  kv_overrides: 'void *',
  vocab_only: 'bool',
  check_tensors: 'bool',
  use_extra_bufts: 'bool',
  no_host: 'bool',
  no_alloc: 'bool',
  load_mtp: 'bool',
})

export interface ModelParams {
  devices: Pointer
  tensor_buft_overrides: Pointer
  /** Layers kept on the GPU; negative means all. */
  n_gpu_layers: number
  split_mode: number
  load_mode: number
  lazy_mode: number
  main_gpu: number
  tensor_split: Pointer
  progress_callback: Pointer
  progress_callback_user_data: Pointer
  kv_overrides: Pointer
  vocab_only: boolean
  check_tensors: boolean
  use_extra_bufts: boolean
  no_host: boolean
  no_alloc: boolean
  load_mtp: boolean
}

export const MODEL_DEFAULTS: ModelParams = {
  devices: null,
  tensor_buft_overrides: null,
  n_gpu_layers: -1,
  split_mode: 1,
  load_mode: -1,
  lazy_mode: 1,
  main_gpu: 0,
  tensor_split: null,
  progress_callback: null,
  progress_callback_user_data: null,
  kv_overrides: null,
  vocab_only: false,
  check_tensors: false,
  use_extra_bufts: true,
  no_host: false,
  no_alloc: false,
  load_mtp: false,
}

export const CONTEXT_PARAMS = koffi.struct('llama_context_params', {
  n_ctx: 'uint32_t',
  n_batch: 'uint32_t',
  n_ubatch: 'uint32_t',
  n_seq_max: 'uint32_t',
  n_rs_seq: 'uint32_t',
  n_outputs_max: 'uint32_t',
  n_outputs_max_per_seq: 'uint32_t',
  n_threads: 'int32_t',
  n_threads_batch: 'int32_t',
  ctx_type: 'int32_t',
  rope_scaling_type: 'int32_t',
  pooling_type: 'int32_t',
  attention_type: 'int32_t',
  flash_attn_type: 'int32_t',
  rope_freq_base: 'float',
  rope_freq_scale: 'float',
  yarn_ext_factor: 'float',
  yarn_attn_factor: 'float',
  yarn_beta_fast: 'float',
  yarn_beta_slow: 'float',
  yarn_orig_ctx: 'uint32_t',
  defrag_thold: 'float',
  cb_eval: 'void *',
  cb_eval_user_data: 'void *',
  type_k: 'int32_t',
  type_v: 'int32_t',
  abort_callback: 'void *',
  abort_callback_data: 'void *',
  embeddings: 'bool',
  offload_kqv: 'bool',
  no_perf: 'bool',
  op_offload: 'bool',
  swa_full: 'bool',
  kv_unified: 'bool',
  samplers: 'void *',
  n_samplers: 'size_t',
  ctx_other: 'void *',
})

export interface ContextParams {
  n_ctx: number
  n_batch: number
  n_ubatch: number
  n_seq_max: number
  n_rs_seq: number
  n_outputs_max: number
  n_outputs_max_per_seq: number
  n_threads: number
  n_threads_batch: number
  ctx_type: number
  rope_scaling_type: number
  pooling_type: number
  attention_type: number
  /** -1 as the backend likes, 0 off, 1 on. */
  flash_attn_type: number
  rope_freq_base: number
  rope_freq_scale: number
  yarn_ext_factor: number
  yarn_attn_factor: number
  yarn_beta_fast: number
  yarn_beta_slow: number
  yarn_orig_ctx: number
  defrag_thold: number
  cb_eval: Pointer
  cb_eval_user_data: Pointer
  type_k: number
  type_v: number
  abort_callback: Pointer
  abort_callback_data: Pointer
  embeddings: boolean
  offload_kqv: boolean
  no_perf: boolean
  op_offload: boolean
  swa_full: boolean
  kv_unified: boolean
  samplers: Pointer
  n_samplers: number
  ctx_other: Pointer
}

export const CONTEXT_DEFAULTS: ContextParams = {
  n_ctx: 512,
  n_batch: 2048,
  n_ubatch: 512,
  n_seq_max: 1,
  n_rs_seq: 0,
  n_outputs_max: 0,
  n_outputs_max_per_seq: 1,
  n_threads: 4,
  n_threads_batch: 4,
  ctx_type: 0,
  rope_scaling_type: -1,
  pooling_type: -1,
  attention_type: -1,
  flash_attn_type: -1,
  rope_freq_base: 0,
  rope_freq_scale: 0,
  yarn_ext_factor: -1,
  yarn_attn_factor: -1,
  yarn_beta_fast: -1,
  yarn_beta_slow: -1,
  yarn_orig_ctx: 0,
  defrag_thold: -1,
  cb_eval: null,
  cb_eval_user_data: null,
  type_k: 1,
  type_v: 1,
  abort_callback: null,
  abort_callback_data: null,
  embeddings: false,
  offload_kqv: true,
  no_perf: true,
  op_offload: true,
  swa_full: true,
  kv_unified: false,
  samplers: null,
  n_samplers: 0,
  ctx_other: null,
}

export const QUANTIZE_PARAMS = koffi.struct('llama_model_quantize_params', {
  nthread: 'int32_t',
  ftype: 'int32_t',
  output_tensor_type: 'int32_t',
  token_embedding_type: 'int32_t',
  allow_requantize: 'bool',
  quantize_output_tensor: 'bool',
  only_copy: 'bool',
  pure: 'bool',
  keep_split: 'bool',
  dry_run: 'bool',
  imatrix: 'void *',
  kv_overrides: 'void *',
  tt_overrides: 'void *',
  prune_layers: 'void *',
  max_buf_size: 'size_t',
})

export interface QuantizeParams {
  nthread: number
  ftype: number
  output_tensor_type: number
  token_embedding_type: number
  allow_requantize: boolean
  quantize_output_tensor: boolean
  only_copy: boolean
  pure: boolean
  keep_split: boolean
  dry_run: boolean
  imatrix: Pointer
  kv_overrides: Pointer
  tt_overrides: Pointer
  prune_layers: Pointer
  /** Bytes of tensor rows held in memory at once. */
  max_buf_size: number
}

export const QUANTIZE_DEFAULTS: QuantizeParams = {
  nthread: 0,
  ftype: 7,
  output_tensor_type: GGML_TYPE_COUNT,
  token_embedding_type: GGML_TYPE_COUNT,
  allow_requantize: false,
  quantize_output_tensor: true,
  only_copy: false,
  pure: false,
  keep_split: false,
  dry_run: false,
  imatrix: null,
  kv_overrides: null,
  tt_overrides: null,
  prune_layers: null,
  max_buf_size: 8 * 1024 ** 3,
}

/** One entry of an importance matrix for `llama_model_quantize`; a null name ends the list. */
export const IMATRIX_ENTRY = koffi.struct('llama_model_imatrix_data', {
  name: 'const char *',
  data: 'void *',
  size: 'size_t',
})

/** One pattern (regular expression) with the type its tensors get; a null pattern ends the list. */
export const TENSOR_OVERRIDE = koffi.struct('llama_model_tensor_override', {
  pattern: 'const char *',
  type: 'int32_t',
})

export const BATCH = koffi.struct('llama_batch', {
  n_tokens: 'int32_t',
  token: 'int32_t *',
  embd: 'float *',
  pos: 'int32_t *',
  n_seq_id: 'int32_t *',
  seq_id: 'void *',
  logits: 'int8_t *',
})

export const TYPE_TRAITS = koffi.struct('ggml_type_traits', {
  type_name: 'const char *',
  blck_size: 'int64_t',
  blck_size_interleave: 'int64_t',
  type_size: 'size_t',
  is_quantized: 'bool',
  to_float: 'void *',
  from_float_ref: 'void *',
})

export const INIT_PARAMS = koffi.struct('ggml_init_params', {
  mem_size: 'size_t',
  mem_buffer: 'void *',
  no_alloc: 'bool',
})

/** A tensor in a graph: shape, strides, inputs, name. `ne[0]` is the innermost dimension. */
export const TENSOR = koffi.struct('ggml_tensor', {
  type: 'int32_t',
  buffer: 'void *',
  ne: koffi.array('int64_t', 4, 'Array'),
  nb: koffi.array('size_t', 4, 'Array'),
  op: 'int32_t',
  op_params: koffi.array('int32_t', 16, 'Typed'),
  flags: 'int32_t',
  src: koffi.array('void *', 10, 'Array'),
  view_src: 'void *',
  view_offs: 'size_t',
  data: 'void *',
  name: koffi.array('char', 64, 'String'),
  extra: 'void *',
  padding: koffi.array('uint8_t', 8, 'Typed'),
})

/** Places of the fields of a tensor that are read or set alone, in bytes. */
export const TENSOR_OFFSETS = {
  op: koffi.offsetof(TENSOR, 'op'),
  src: koffi.offsetof(TENSOR, 'src'),
  rowStride: koffi.offsetof(TENSOR, 'nb') + koffi.sizeof('size_t'),
  data: koffi.offsetof(TENSOR, 'data'),
  name: koffi.offsetof(TENSOR, 'name'),
}

/** Found by name in a backend's registry, since backends are libraries of their own. */
export const SET_THREADS = koffi.proto('void ggml_set_n_threads(void *backend, int threads)')

export const LOG_CALLBACK = koffi.proto(
  'void llama_log_callback(int level, const char *text, void *data)'
)
export const EVAL_CALLBACK = koffi.proto(
  'bool llama_eval_callback(void *tensor, bool ask, void *data)'
)
export const PROGRESS_CALLBACK = koffi.proto(
  'bool llama_progress_callback(float progress, void *data)'
)
export const TO_FLOAT = koffi.proto(
  'void ggml_to_float(const void *from, void *to, int64_t elements)'
)
