import type { OpenedModel } from '../formats/open_model.js'
import { type ChosenType, chooseTypes, inFileOrder } from '../gguf/choose_types.js'
import { type ConversionInput, layOut } from '../gguf/conversion_input.js'
import { padded } from '../gguf/encode_header.js'
import type { TargetTensor } from '../gguf/plan_conversion.js'
import { FILE_TYPE_NAMES, type FileTypeName } from '../gguf/file_types.js'
import { prepareConversion } from '../gguf/quantize_gguf.js'
import { rowBytes } from '../llama/ggml_types.js'
import type { MethodForecast, Note } from '../protocol.js'
import { ModelError, note } from '../shared/errors.js'
import {
  BASE_MEMORY_BYTES,
  coreSecondsToQuantize,
  rounded,
  secondsToPipeline,
  secondsToStream,
} from './costs.js'
import { noteOf } from './facts.js'
import { expectedQuality } from './quality.js'

/** Slices of the weights that are in memory at once, as float32 and in both types; measured. */
const WORKING_BYTES = 150e6

export interface GgufForecasts {
  /** Null when no GGUF can be made. */
  input: ConversionInput | null
  forecasts: MethodForecast[]
}

/** Every type that can be written, with its exact size, or the reason why none can. */
export async function forecastGguf(model: OpenedModel): Promise<GgufForecasts> {
  try {
    const input = await prepareConversion(model)
    const header = headerBytes(input)
    const parameters = input.targets.reduce((sum, target) => sum + elementsOf(target), 0)
    const forecasts = FILE_TYPE_NAMES.map((type) => forecast(input, type, header, parameters))
    return { input, forecasts }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    const impossible = { method: 'gguf', possible: false, recommended: false } as const
    return { input: null, forecasts: [{ ...impossible, notes: [noteOf(error)] }] }
  }
}

/** The header has the same length whatever the types are. */
function headerBytes(input: ConversionInput): number {
  const { header, tensors } = layOut(input, { fileType: 'F16' })
  return header.fileBytes - tensors.reduce((sum, { bytes }) => sum + padded(bytes), 0)
}

function forecast(
  input: ConversionInput,
  type: FileTypeName,
  header: number,
  parameters: number
): MethodForecast {
  const request = { fileType: type, model: input.model, hasImportanceMatrix: false }
  const chosen = chooseTypes(input.targets, request)
  const targets = inFileOrder(input.targets)
  let bytes = header
  let coreSeconds = 0
  for (const [index, target] of targets.entries()) {
    const ggmlType = chosen[index]!.type
    bytes += padded(target.rows * rowBytes(ggmlType, target.rowElements))
    coreSeconds += coreSecondsToQuantize(ggmlType, elementsOf(target))
  }
  const pipeline = secondsToPipeline(parameters, coreSeconds)
  const notes = notesOn(type, chosen, input)
  if (bytes > input.bytesBefore + header) notes.push(largerThanBefore(type))
  return {
    method: 'gguf',
    type,
    possible: true,
    notes,
    bytes,
    seconds: rounded(Math.max(pipeline, secondsToStream(input.bytesBefore + bytes))),
    peakMemoryBytes: BASE_MEMORY_BYTES + WORKING_BYTES + 3 * header,
    quality: expectedQuality(dominant(chosen, targets) ?? type, parameters),
    recommended: false,
  }
}

/** The type that most weights get because their rows do not divide into blocks of the one meant. */
function dominant(chosen: readonly ChosenType[], targets: readonly TargetTensor[]) {
  const elements = new Map<string, number>()
  let total = 0
  for (const [index, target] of targets.entries()) {
    const { type, insteadOf } = chosen[index]!
    total += elementsOf(target)
    if (insteadOf) elements.set(type, (elements.get(type) ?? 0) + elementsOf(target))
  }
  const [first] = [...elements].sort((a, b) => b[1] - a[1])
  return first && first[1] > total / 2 ? first[0] : null
}

function elementsOf({ rows, rowElements }: { rows: number; rowElements: number }): number {
  return rows * rowElements
}

function largerThanBefore(type: string): Note {
  return note('larger_than_original', `A file in ${type} is larger than the original.`, { type })
}

function notesOn(type: FileTypeName, chosen: ChosenType[], { model }: ConversionInput): Note[] {
  const notes: Note[] = []
  if (chosen.some(({ needsImportance }) => needsImportance)) {
    notes.push(
      note(
        'needs_importance_matrix',
        `${type} needs an importance matrix, which is computed from a calibration text and takes longer.`,
        { type }
      )
    )
  }
  const replaced = chosen.filter(({ insteadOf }) => insteadOf !== undefined)
  const first = replaced[0]
  if (first?.insteadOf) {
    notes.push(
      note(
        'shapes_need_other_type',
        `${replaced.length} tensors do not divide into blocks of ${first.insteadOf} and get ${first.type} instead, so that the file is larger than usual.`,
        { count: replaced.length, type: first.insteadOf, instead: first.type }
      )
    )
  }
  if (type === 'TQ1_0' || type === 'TQ2_0') {
    notes.push(
      note(
        'only_for_ternary',
        `${type} is only for models that were trained with three-valued weights (BitNet).`,
        { type }
      )
    )
  }
  if (type === 'MXFP4_MOE' && model.expertCount === 0) {
    notes.push(note('only_for_experts', 'MXFP4_MOE is meant for mixtures of experts.'))
  }
  return notes
}
