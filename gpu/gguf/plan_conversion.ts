/**
 * From the tensors of a Hugging Face model to those of its GGUF: names, shapes and where the rows
 * of every target come from. No weight is read.
 */
import type { TensorInfo } from '../formats/tensor_source.js'
import { ModelError } from '../shared/errors.js'
import type { Architecture, Step } from './architectures/architecture.js'
import type { Config } from './architectures/config.js'
import { layerOf, type PlannedTensor } from './choose_types.js'

/** Consecutive rows of a target, taken from one tensor of the source. */
export interface Part {
  source: TensorInfo
  /** Rows as the target counts them; a vector is one row. */
  rows: number
  /** First of them in the source. */
  firstRow: number
  /** Rows per attention head, when they are interleaved. */
  headRows?: number
  transpose?: boolean
  plus?: number
}

export interface TargetTensor extends PlannedTensor {
  rows: number
  rowElements: number
  parts: readonly Part[]
  /** Values that come from the configuration instead of the source. */
  values?: Float32Array
}

interface Piece {
  source: TensorInfo
  step: Step
}

/** Buffers of old versions that are computed anew at start. */
const COMPUTED = ['.rotary_emb.inv_freq', '.attention.masked_bias', '.attention.bias']
/** Parts of multimodal models that are not the language model. */
const OTHER_MODALITIES =
  /(^|\.)(vision_tower|vision_model|visual|multi_modal_projector|audio_tower)\./

export interface ConversionPlan {
  targets: TargetTensor[]
  /** Tensors of a vision or audio tower that were left out. */
  leftOut: number
}

/**
 * @throws ModelError `E_TENSOR_UNKNOWN`, `E_TENSOR_MISSING`, `E_TENSOR_SHAPE`, `E_DTYPE_UNSUPPORTED`
 */
export function planConversion(
  tensors: Iterable<TensorInfo>,
  architecture: Architecture,
  config: Config
): ConversionPlan {
  const pieces = new Map<string, Piece[]>()
  const add = (piece: Piece) =>
    pieces.set(piece.step.to, [...(pieces.get(piece.step.to) ?? []), piece])
  let leftOut = 0
  const tied = config.flag('tie_word_embeddings') === true
  for (const source of tensors) {
    if (COMPUTED.some((ending) => source.name.endsWith(ending))) continue
    if (OTHER_MODALITIES.test(source.name)) {
      leftOut++
      continue
    }
    const steps = architecture.steps(modelName(source.name), config)
    if (!steps) throw unknownTensor(source.name, architecture.name)
    for (const step of steps) {
      // A copy of the embedding that was saved all the same.
      if (step.to === 'output.weight' && tied && !architecture.needsOutput) continue
      add({ source, step })
    }
  }
  const embedding = pieces.get('token_embd.weight')?.[0]
  if (architecture.needsOutput && embedding && !pieces.has('output.weight')) {
    add({ source: embedding.source, step: { to: 'output.weight' } })
  }
  const targets = [...pieces].map(([name, list]) => target(name, list))
  for (const { name, values } of architecture.extraTensors?.(config) ?? []) {
    targets.push(computed(name, values))
  }
  checkComplete(targets, config.layers)
  checkWidth(targets, config.hidden)
  return { targets, leftOut }
}

/** Without the prefixes of wrappers: `model.language_model.layers.0…` becomes `layers.0…`. */
function modelName(name: string): string {
  return name.replaceAll('language_model.', '').replace(/^(?:model|transformer)\./, '')
}

const FLOATS = new Set(['F32', 'F16', 'BF16', 'F64'])

function target(name: string, pieces: Piece[]): TargetTensor {
  for (const { source } of pieces) {
    if (!FLOATS.has(source.dtype)) throw badType(source)
    if (source.shape.length === 0 || source.shape.includes(0)) throw badShape(source, name)
  }
  const isStack = pieces.some(({ step }) => step.expert !== undefined)
  if (!isStack) {
    const [piece, second] = pieces
    if (second) throw duplicate(name, second.source)
    return single(name, piece!)
  }
  const sorted = [...pieces].sort((a, b) => (a.step.expert ?? -1) - (b.step.expert ?? -1))
  const stacked = sorted.map((piece) => single(name, piece))
  const [first] = stacked
  sorted.forEach(({ source, step }, i) => {
    if (step.expert !== i) throw missing(`${name} (expert ${i})`)
    if (String(source.shape) !== String(sorted[0]!.source.shape)) throw badShape(source, name)
  })
  return {
    ...first!,
    shape: [stacked.length, ...first!.shape],
    rows: stacked.length * first!.rows,
    parts: stacked.flatMap(({ parts }) => parts),
  }
}

function single(name: string, { source, step }: Piece): TargetTensor {
  const shape = targetShape(source, step, name)
  const isVector = shape.length === 1
  const rowElements = isVector && !step.interleaveHeads ? shape[0]! : isVector ? 1 : shape.at(-1)!
  const rows = shape.reduce((a, b) => a * b, 1) / rowElements
  const common = { source, transpose: step.transpose, plus: step.plus }
  return {
    name,
    shape,
    plainType: 'F32',
    rows,
    rowElements,
    parts: step.part
      ? partsOfMatrices(source, step.part)
      : [{ ...common, rows, firstRow: 0, headRows: headRows(step, rows, source, name) }],
  }
}

function targetShape(source: TensorInfo, step: Step, name: string): number[] {
  const shape = [...source.shape]
  if (step.transpose) {
    if (shape.length !== 2) throw badShape(source, name)
    return shape.reverse()
  }
  if (!step.part) return shape
  const [, count] = step.part
  const rows = shape.at(-2)
  if (shape.length !== 3 || rows === undefined || rows % count !== 0) throw badShape(source, name)
  return [shape[0]!, rows / count, shape[2]!]
}

/** One part per stacked matrix: its share of the rows. */
function partsOfMatrices(source: TensorInfo, [index, count]: readonly [number, number]): Part[] {
  const [matrices = 0, rows = 0] = source.shape
  const share = rows / count
  return Array.from({ length: matrices }, (_, matrix) => ({
    source,
    rows: share,
    firstRow: matrix * rows + index * share,
  }))
}

function headRows(step: Step, rows: number, source: TensorInfo, name: string) {
  if (!step.interleaveHeads) return undefined
  const perHead = rows / step.interleaveHeads
  if (!Number.isInteger(perHead / 2)) throw badShape(source, name)
  return perHead
}

function computed(name: string, values: Float32Array): TargetTensor {
  const shape = [values.length]
  return { name, shape, plainType: 'F32', rows: 1, rowElements: values.length, parts: [], values }
}

/** Every layer has the tensors that the first one has; a truncated model would not load. */
function checkComplete(targets: readonly TargetTensor[], layers: number) {
  const names = new Set(targets.map(({ name }) => name))
  for (const name of ['token_embd.weight', 'output_norm.weight']) {
    if (!names.has(name)) throw missing(name)
  }
  const template = [...names].filter((name) => name.startsWith('blk.0.'))
  if (template.length === 0) throw missing('blk.0')
  for (let layer = 1; layer < layers; layer++) {
    const absent = template
      .map((name) => name.replace('blk.0.', `blk.${layer}.`))
      .find((name) => !names.has(name))
    if (absent) throw missing(absent)
  }
  const beyond = targets.find(({ name }) => layerOf(name) >= layers)
  if (beyond) {
    throw new ModelError(
      'E_CONFIG_MISMATCH',
      `“config.json” says ${layers} layers, but the weights have more (${beyond.name}). Use the configuration that belongs to them.`,
      { params: { tensor: beyond.name, layers } }
    )
  }
}

function checkWidth(targets: readonly TargetTensor[], hidden: number) {
  const embedding = targets.find(({ name }) => name === 'token_embd.weight')
  const width = embedding?.shape[1]
  if (width === hidden) return
  throw new ModelError(
    'E_CONFIG_MISMATCH',
    `“config.json” says a width of ${hidden}, but the embedding has ${width}. Use the configuration that belongs to the weights.`,
    { params: { tensor: 'token_embd.weight', layers: 0 } }
  )
}

function unknownTensor(name: string, architecture: string): ModelError {
  return new ModelError(
    'E_TENSOR_UNKNOWN',
    `The weights hold “${name}”, which a model of the kind ${architecture} does not have. ` +
      'Merge adapters into the model first, or upload the original weights.',
    { params: { tensor: name, architecture } }
  )
}

function missing(name: string): ModelError {
  return new ModelError(
    'E_TENSOR_MISSING',
    `The weights are incomplete: nothing was found for “${name}”. Upload all files of the model.`,
    { params: { tensor: name } }
  )
}

function duplicate(name: string, source: TensorInfo): ModelError {
  return new ModelError(
    'E_TENSOR_UNKNOWN',
    `Two tensors of the weights mean the same (“${name}”): “${source.name}” is one of them.`,
    { params: { tensor: source.name, architecture: '' } }
  )
}

function badShape({ name, shape }: TensorInfo, to: string): ModelError {
  return new ModelError(
    'E_TENSOR_SHAPE',
    `“${name}” has the shape [${shape.join(', ')}], which does not fit the configuration (${to}).`,
    { params: { tensor: name, shape: shape.join('×') } }
  )
}

function badType({ name, dtype }: TensorInfo): ModelError {
  return new ModelError(
    'E_DTYPE_UNSUPPORTED',
    `“${name}” is stored as ${dtype}: these weights are quantized already or of an unusual kind. ` +
      'Start from the original model in F16, BF16 or F32.',
    { params: { tensor: name, dtype } }
  )
}
