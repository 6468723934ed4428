import { ModelError } from '../shared/errors.js'
import type { LogLine } from './log.js'

/** Words of llama.cpp's messages, and what they mean for people. The first that fits counts. */
const MEANINGS: { pattern: RegExp; code: `E_${string}`; message: string; retryable?: boolean }[] = [
  {
    pattern: /unknown (model )?architecture: '?([^'\s]*)'?/i,
    code: 'E_UNSUPPORTED_ARCHITECTURE',
    message:
      'The installed llama.cpp does not know this model’s architecture. Update Comptoir, or choose a model of a known family (Llama, Mistral, Qwen, Gemma, Phi).',
  },
  {
    pattern:
      /out of memory|failed to allocate|unable to allocate|cannot allocate|bad_alloc|ErrorOutOfDeviceMemory/i,
    code: 'E_OUT_OF_MEMORY',
    message:
      'There is not enough memory for this model. Close other jobs, set GPU_BACKEND=cpu if a graphics card is too small, or quantize to a smaller type.',
    retryable: true,
  },
  {
    pattern:
      /missing tensor|wrong number of tensors|tensor '[^']*' (has wrong shape|not found)|check_tensor_dims/i,
    code: 'E_MODEL_INCOMPLETE',
    message:
      'Tensors are missing from this model or have the wrong shape, so it cannot run. Upload it again or convert it anew.',
  },
  {
    pattern: /tokenizer|vocab|pre-tokenizer/i,
    code: 'E_TOKENIZER',
    message:
      'The tokenizer in this file cannot be used by llama.cpp. Convert the model again from its original folder, with its tokenizer files.',
  },
  {
    pattern:
      /invalid magic|not within the file bounds|failed to (read|load|open)|corrupted|invalid data|truncated|file size|gguf/i,
    code: 'E_MODEL_DAMAGED',
    message:
      'This GGUF file is damaged or was cut off. Upload it again; the size must match the original.',
  },
]

/**
 * What llama.cpp said before a call failed, as an error for people; its last words go along as a
 * parameter for the log.
 */
export function explainFailure(problems: readonly LogLine[], doing: string): ModelError {
  const errors = problems.filter(({ level }) => level === 'error')
  const said = (errors.length > 0 ? errors : problems).map(({ text }) => text)
  // The first message is the cause; later ones tell who passed it on.
  for (const line of said) {
    const meaning = MEANINGS.find(({ pattern }) => pattern.test(line))
    if (!meaning) continue
    return new ModelError(meaning.code, meaning.message, {
      params: { detail: line.slice(0, 300), doing },
      retryable: meaning.retryable,
    })
  }
  return new ModelError(
    'E_MODEL_FAILED',
    `llama.cpp failed while ${doing}${said[0] ? `: ${said[0].slice(0, 300)}` : '.'}`,
    { params: { detail: said.join(' | ').slice(0, 300), doing }, retryable: true }
  )
}
