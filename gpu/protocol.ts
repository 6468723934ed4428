/**
 * Everything that the application and the GPU process say to each other. The application imports
 * this file and nothing else of `gpu/`; both sides validate what they receive.
 *
 * Sizes are bytes, times are seconds unless the name says otherwise, fractions run from 0 to 1.
 */
import vine from '@vinejs/vine'

export const PROTOCOL_VERSION = 1

export const METHODS = ['int8', 'gguf', 'gptq', 'awq'] as const
export type Method = (typeof METHODS)[number]

/** What a person is told: a stable code with values for the translations, and a plain English text. */
export interface Note {
  /** Key of the translation, e.g. `depthwise_conv_left_alone`. */
  code: string
  params: Record<string, string | number>
  message: string
}

/** ONNX INT8 dynamic; names as in ONNX Runtime's `quantize_dynamic`, and its defaults but for one. */
export interface Int8Options {
  perChannel?: boolean
  reduceRange?: boolean
  /** uint8 when absent: int8 saturates on processors without VNNI. */
  weightType?: 'int8' | 'uint8'
  opTypes?: string[]
  excludeNodes?: string[]
  includeNodes?: string[]
}

export interface GgufOptions {
  /** e.g. `Q4_0`, `Q5_0`, `Q4_K_M`, `Q8_0`, `IQ4_XS`, `F16`. */
  type?: string
  /** `auto` computes an importance matrix when a calibration text is there and the type gains. */
  importanceMatrix?: 'auto' | 'always' | 'never'
  /** Tensor name patterns (regular expressions) and the ggml type that they get. */
  overrides?: { pattern: string; type: string }[]
  /** Samples of calibration and their length in tokens, when an importance matrix is made. */
  samples?: number
  seqLen?: number
}

export interface WeightOnlyOptions {
  bits?: 3 | 4 | 8
  /** 32, 64, 128 or -1 for one group per row. */
  groupSize?: number
  symmetric?: boolean
  samples?: number
  seqLen?: number
  seed?: number
}

export interface GptqOptions extends WeightOnlyOptions {
  dampPercent?: number
  /** Column order: `group` is group-aware ordering with a sequential g_idx (the default). */
  actOrder?: 'none' | 'group' | 'static' | 'full'
  mse?: boolean
  /** Each layer sees the already quantized ones below it. */
  sequential?: boolean
  format?: 'gptq' | 'gptq_v2'
}

export interface AwqOptions extends WeightOnlyOptions {
  duoScaling?: boolean
  clip?: boolean
  gridSize?: number
}

export type QuantizeOptions = Int8Options | GgufOptions | GptqOptions | AwqOptions

export interface QuantizeOrder {
  /** Model file or folder. */
  source: string
  method: Method
  options: QuantizeOptions
  /** File (int8, gguf) or folder (gptq, awq) to write; appears only when it is whole. */
  out: string
  /** Folder for finished tensors of an interrupted attempt; the same folder resumes it. */
  checkpoint: string
  /** UTF-8 text; a bundled one is used when a method needs one and none is given. */
  calibrationText?: string
}

export interface EvaluateOrder {
  before: string
  after: string
  /** UTF-8 text for language models. */
  text?: string
  /** Sample inputs of an ONNX model: a .npz file or a JSON file. */
  inputs?: string
  /** Most windows (language) or samples (graph) to run; all of them when absent. */
  limit?: number
}

export interface InspectOrder {
  source: string
}

/** Unpacks a zip, tar or tar.gz of a model; bombs, links and names outside the folder are refused. */
export interface UnpackOrder {
  source: string
  /** Folder to make; it appears only when it is whole. */
  out: string
  /** Most bytes that the content may have. */
  limitBytes: number
}

export interface UnpackResult {
  files: { name: string; bytes: number }[]
  bytes: number
}

export interface WrittenFile {
  /** Relative to the output folder, or the file's own name. */
  name: string
  bytes: number
  sha256: string
}

/** One tensor (or node) and what became of it. */
export interface TensorOutcome {
  name: string
  shape: number[]
  from: string
  to: string
  bytesBefore: number
  bytesAfter: number
  /** Relative error of the weights, sqrt(Σ(w−q)²/Σw²), where it was measured. */
  relativeError?: number
  /** GPTQ: Σ of the layer's output error; AWQ: mean squared output error; damping that was needed. */
  loss?: number
  damp?: number
  note?: Note
}

export interface QuantizeResult {
  method: Method
  options: Record<string, unknown>
  out: string
  files: WrittenFile[]
  bytesBefore: number
  bytesAfter: number
  tensors: TensorOutcome[]
  notes: Note[]
  calibration?: { source: 'bundled' | 'given'; sha256: string; samples: number; tokens: number }
  /** Names and versions of the libraries that computed it. */
  versions: Record<string, string>
  seconds: number
  peakMemoryBytes: number
  /** Tensors taken over from an interrupted attempt. */
  resumedTensors: number
}

export interface Speed {
  /** Tokens per second, language models. */
  promptPerSecond: number
  generatedPerSecond: number
}

/** Perplexity as llama.cpp counts it: windows of 512 tokens, second half scored. */
export interface LanguageEvaluation {
  kind: 'language'
  tokens: number
  windows: number
  perplexityBefore: number
  perplexityAfter: number
  perplexityErrorBefore: number
  perplexityErrorAfter: number
  /** Kullback-Leibler divergence of the next-token distributions, nats. */
  klMean: number
  klP99: number
  klMax: number
  /** Share of positions where both models prefer the same token. */
  topTokenAgreement: number
  bytesBefore: number
  bytesAfter: number
  speedBefore?: Speed
  speedAfter?: Speed
  samples: { prompt: string; before: string; after: string }[]
  notes: Note[]
}

export interface OutputComparison {
  name: string
  shape: number[]
  maxAbsError: number
  meanAbsError: number
  cosine: number
  /** For outputs that look like class scores. */
  topOneAgreement?: number
}

export interface Latency {
  p50Ms: number
  p95Ms: number
  /** Growth of the process's memory while the model was loaded and run. */
  memoryBytes: number
}

/** Original and quantized ONNX model side by side on the same inputs. */
export interface GraphEvaluation {
  kind: 'graph'
  samples: number
  inputs: 'given' | 'made'
  outputs: OutputComparison[]
  latencyBefore: Latency
  latencyAfter: Latency
  bytesBefore: number
  bytesAfter: number
  notes: Note[]
}

export type Evaluation = LanguageEvaluation | GraphEvaluation

export interface MethodForecast {
  method: Method
  /** GGUF type, e.g. `Q4_K_M`; absent for the other methods. */
  type?: string
  possible: boolean
  /** Why not, when it is not possible; advice when it is. */
  notes: Note[]
  bytes?: number
  seconds?: number
  peakMemoryBytes?: number
  /** 0 (unusable) to 1 (indistinguishable): the usual quality of the method on models this size. */
  quality?: number
  recommended: boolean
}

export interface Fit {
  /** Key of the hardware, e.g. `gpu_8gb`, `laptop_16gb`, `raspberry_pi_5`. */
  hardware: string
  memoryBytes: number
  /** The best method that leaves room for a context, or null when nothing fits. */
  method: { method: Method; type?: string } | null
}

export interface Inspection {
  format: 'onnx' | 'safetensors' | 'pytorch' | 'gguf'
  source: string
  bytes: number
  files: { name: string; bytes: number }[]
  architecture: string | null
  name: string | null
  licence: string | null
  parameters: number
  /** Bytes by dtype, e.g. `{ F16: 11534336 }`. */
  dtypes: Record<string, number>
  tensorCount: number
  tensors: { name: string; dtype: string; shape: number[]; bytes: number }[]
  tokenizer: { model: string; pre: string | null; tokens: number; note?: Note } | null
  quantizedAlready: string | null
  contextLength: number | null
  /** ONNX: opset, inputs, outputs, operators with their counts. */
  graph?: {
    opset: number
    inputs: { name: string; dtype: string; shape: (number | string | null)[] }[]
    outputs: { name: string; dtype: string; shape: (number | string | null)[] }[]
    operators: Record<string, number>
  }
  forecasts: MethodForecast[]
  fits: Fit[]
  /** The recommendation in plain words. */
  recommendation: { method: Method; type?: string; note: Note } | null
  notes: Note[]
}

export interface Progress {
  /** Stable key, e.g. `reading`, `calibrating`, `quantizing`, `writing`, `verifying`, `evaluating`. */
  stage: string
  fraction: number
  bytesDone?: number
  bytesTotal?: number
  etaSeconds?: number
  /** Tensor or layer at work. */
  item?: string
}

export interface Failure {
  /** `E_…`; stable. */
  code: string
  /** For people: what is wrong and what to do next. */
  message: string
  params: Record<string, string | number>
  /** Trying again may help (a crash, a full disk that was emptied). */
  retryable: boolean
}

export interface Backend {
  /** What computes language models. */
  name: 'cpu' | 'cuda' | 'vulkan' | 'metal'
  reason: string
  devices: { name: string; memoryBytes: number | null }[]
  versions: Record<string, string>
}

export interface Orders {
  inspect: { order: InspectOrder; result: Inspection }
  quantize: { order: QuantizeOrder; result: QuantizeResult }
  evaluate: { order: EvaluateOrder; result: Evaluation }
  unpack: { order: UnpackOrder; result: UnpackResult }
}
export type Task = keyof Orders

export type ToGpu =
  | { type: Task; id: string; order: Orders[Task]['order'] }
  | { type: 'cancel'; id: string }
  | { type: 'ping' }

export type FromGpu =
  | { type: 'ready'; protocol: number; backend: Backend }
  | { type: 'accepted'; id: string }
  | { type: 'progress'; id: string; progress: Progress }
  | { type: 'result'; id: string; result: Orders[Task]['result'] }
  | { type: 'failed'; id: string; failure: Failure }
  | { type: 'pong'; memoryBytes: number; tasks: string[] }

const id = () => vine.string().trim().minLength(1).maxLength(100)
const path = () => vine.string().minLength(1).maxLength(4096)
const number = () => vine.number({ strict: true })
const open = () => vine.object({}).allowUnknownProperties()

const toGpu = {
  inspect: vine.create({
    type: vine.literal('inspect'),
    id: id(),
    order: vine.object({ source: path() }),
  }),
  quantize: vine.create({
    type: vine.literal('quantize'),
    id: id(),
    order: vine.object({
      source: path(),
      method: vine.enum(METHODS),
      options: open(),
      out: path(),
      checkpoint: path(),
      calibrationText: path().optional(),
    }),
  }),
  evaluate: vine.create({
    type: vine.literal('evaluate'),
    id: id(),
    order: vine.object({
      before: path(),
      after: path(),
      text: path().optional(),
      inputs: path().optional(),
      limit: number().positive().optional(),
    }),
  }),
  unpack: vine.create({
    type: vine.literal('unpack'),
    id: id(),
    order: vine.object({ source: path(), out: path(), limitBytes: number().positive() }),
  }),
  cancel: vine.create({ type: vine.literal('cancel'), id: id() }),
  ping: vine.create({ type: vine.literal('ping') }),
}

const fromGpu = {
  ready: vine.create({
    type: vine.literal('ready'),
    protocol: number(),
    backend: vine.object({
      name: vine.enum(['cpu', 'cuda', 'vulkan', 'metal'] as const),
      reason: vine.string(),
      devices: vine.array(vine.object({ name: vine.string(), memoryBytes: number().nullable() })),
      versions: vine.record(vine.string()),
    }),
  }),
  accepted: vine.create({ type: vine.literal('accepted'), id: id() }),
  progress: vine.create({
    type: vine.literal('progress'),
    id: id(),
    progress: vine.object({
      stage: vine.string().maxLength(100),
      fraction: number().range([0, 1]),
      bytesDone: number().optional(),
      bytesTotal: number().optional(),
      etaSeconds: number().optional(),
      item: vine.string().optional(),
    }),
  }),
  result: vine.create({ type: vine.literal('result'), id: id(), result: open() }),
  failed: vine.create({
    type: vine.literal('failed'),
    id: id(),
    failure: vine.object({
      code: vine.string().regex(/^E_[A-Z0-9_]+$/),
      message: vine.string(),
      params: vine.record(vine.unionOfTypes([vine.string(), number()])),
      retryable: vine.boolean({ strict: true }),
    }),
  }),
  pong: vine.create({
    type: vine.literal('pong'),
    memoryBytes: number(),
    tasks: vine.array(vine.string()),
  }),
}

/** Checks a message for the GPU process. @throws when it is none. */
export function readToGpu(message: unknown): Promise<ToGpu> {
  return read<ToGpu>(toGpu, message)
}

/** Checks a message of the GPU process. @throws when it is none. */
export function readFromGpu(message: unknown): Promise<FromGpu> {
  return read<FromGpu>(fromGpu, message)
}

async function read<T>(
  validators: Record<string, { validate(data: unknown): Promise<unknown> }>,
  message: unknown
): Promise<T> {
  const type = (message as { type?: unknown } | null)?.type
  const validator =
    typeof type === 'string' && Object.hasOwn(validators, type) ? validators[type] : undefined
  if (!validator) throw new TypeError(`No message of the GPU protocol: ${String(type)}`)
  return (await validator.validate(message)) as T
}
