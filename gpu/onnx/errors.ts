import { ModelError } from '../shared/errors.js'

/** The protobuf breaks at a byte. */
export function damaged(at: number): ModelError {
  return new ModelError(
    'E_ONNX_DAMAGED',
    `This is not a whole ONNX file: it stops making sense at byte ${at}. It may have been cut off on the way; upload it again.`,
    { params: { at } }
  )
}

/** The file is whole protobuf, but no model that can be worked with. */
export function invalid(reason: string, params: Record<string, string | number> = {}): ModelError {
  return new ModelError('E_ONNX_INVALID', `This ONNX model is not valid: ${reason}.`, {
    params: { reason, ...params },
  })
}

export function tooComplex(what: string, limit: number): ModelError {
  return new ModelError(
    'E_ONNX_TOO_COMPLEX',
    `This ONNX file has more than ${limit} ${what}, far more than any model in use. It is probably damaged.`,
    { params: { what, limit } }
  )
}

export function externalData(
  problem: 'outside' | 'missing' | 'short' | 'malformed',
  tensor: string,
  file: string
): ModelError {
  const texts = {
    outside: `The weights “${tensor}” point to “${file}”, outside the model’s folder. That is refused for safety: export the model again with its data beside it.`,
    missing: `The weights “${tensor}” are in “${file}”, which is not beside the model. Upload the folder with all its files.`,
    short: `The file “${file}” is too short for the weights “${tensor}”. It may have been cut off on the way; upload it again.`,
    malformed: `The weights “${tensor}” refer to another file in a way that cannot be understood. Export the model again.`,
  }
  const codes = {
    outside: 'E_ONNX_EXTERNAL_OUTSIDE',
    missing: 'E_ONNX_EXTERNAL_MISSING',
    short: 'E_ONNX_EXTERNAL_SHORT',
    malformed: 'E_ONNX_EXTERNAL_MALFORMED',
  } as const
  return new ModelError(codes[problem], texts[problem], { params: { tensor, file } })
}
