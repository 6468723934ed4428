/**
 * Tensors by name, read without loading the model: the common face of safetensors, PyTorch and
 * GGUF files. Row-major, little-endian.
 */
export interface TensorInfo {
  name: string
  /** Upper case as in safetensors: F32, F16, BF16, F64, I8 … I64, U8, BOOL; ggml types for GGUF. */
  dtype: string
  /** Outermost dimension first, also for GGUF. */
  shape: readonly number[]
  bytes: number
}

export interface TensorSource {
  readonly format: 'safetensors' | 'pytorch' | 'gguf'
  readonly tensors: ReadonlyMap<string, TensorInfo>
  /** Raw bytes [start, end) of one tensor; the whole tensor by default. */
  read(name: string, start?: number, end?: number): Promise<Uint8Array>
  close(): Promise<void>
}
