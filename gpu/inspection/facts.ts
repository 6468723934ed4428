import type { Inspection, Note } from '../protocol.js'

/** What is known of a model before anything is forecast. */
export type ModelFacts = Omit<Inspection, 'forecasts' | 'fits' | 'recommendation'>

/** The numbers of a language model that its memory at run time depends on. */
export interface RunShape {
  layers: number
  keyValueHeads: number
  headDim: number
  contextLength: number
}

/** A tensor table of this length fits a message and a page; larger models are cut. */
const MAX_LISTED_TENSORS = 20_000

interface ListedTensor {
  name: string
  dtype: string
  shape: readonly number[]
  bytes: number
}

/** Table, counts and sizes of the tensors. */
export function tensorFacts(
  tensors: readonly ListedTensor[]
): Pick<ModelFacts, 'parameters' | 'dtypes' | 'tensorCount' | 'tensors'> {
  const dtypes: Record<string, number> = {}
  let parameters = 0
  for (const { dtype, shape, bytes } of tensors) {
    dtypes[dtype] = (dtypes[dtype] ?? 0) + bytes
    if (!/^(I\d|U\d|BOOL)/.test(dtype)) parameters += shape.reduce((a, b) => a * b, 1)
  }
  return {
    parameters,
    dtypes,
    tensorCount: tensors.length,
    tensors: tensors.slice(0, MAX_LISTED_TENSORS).map(({ name, dtype, shape, bytes }) => {
      return { name, dtype, shape: [...shape], bytes }
    }),
  }
}

/** An error that is not one here: it says what cannot be made of the model, and why. */
export function noteOf(error: { code: string; message: string; params: Note['params'] }): Note {
  return { code: error.code, message: error.message, params: error.params }
}
