import type { OpenedModel } from '../formats/open_model.js'
import { bytesOfTensor, headerBytesOf } from '../formats/safetensors/write_safetensors.js'
import type { TensorInfo } from '../formats/tensor_source.js'
import { isInt4Architecture } from '../int4/architectures.js'
import type { MethodForecast } from '../protocol.js'
import { note } from '../shared/errors.js'
import { BASE_MEMORY_BYTES, rounded, secondsToCompute, secondsToStream } from './costs.js'
import type { ModelFacts } from './facts.js'
import { expectedQuality } from './quality.js'

/** The defaults of both methods. */
const GROUP_SIZE = 128
const BITS = 4
const CALIBRATION_TOKENS = 128 * 512

/** The linear layers of decoders that both methods quantize; everything else stays in 16 bits. */
const LINEAR =
  /layers\.\d+\.(self_attn|mlp|block_sparse_moe)\..*?(q_proj|k_proj|v_proj|qkv_proj|o_proj|gate_proj|up_proj|gate_up_proj|down_proj|w1|w2|w3)\.weight$/

interface Shape {
  name: string
  dtype: string
  shape: number[]
}

/** GPTQ and AWQ with their default options. */
export function forecastInt4(model: OpenedModel, facts: ModelFacts): MethodForecast[] {
  return (['gptq', 'awq'] as const).map((method) => {
    const obstacle = obstacleOf(model, facts)
    if (obstacle || model.kind !== 'huggingface') {
      return { method, possible: false, notes: obstacle ? [obstacle] : [], recommended: false }
    }
    const linears = [...model.source.tensors.values()].filter(isLinear)
    const written = outgoing(method, model.source.tensors, model.config)
    const bytes = headerBytesOf(written) + written.reduce((sum, t) => sum + bytesOfTensor(t), 0)
    return {
      method,
      possible: true,
      notes: [],
      bytes,
      seconds: rounded(secondsOf(method, linears, facts.parameters, facts.bytes + bytes)),
      peakMemoryBytes: memoryOf(linears, facts),
      quality: expectedQuality(method, facts.parameters),
      recommended: false,
    }
  })
}

function obstacleOf(model: OpenedModel, facts: ModelFacts) {
  if (model.kind !== 'huggingface') {
    return note(
      'int4_needs_hugging_face',
      'GPTQ and AWQ start from a Hugging Face folder with config.json, tokenizer and the original weights.'
    )
  }
  if (facts.quantizedAlready !== null) return alreadyQuantized(facts.quantizedAlready)
  const linears = [...model.source.tensors.values()].filter(isLinear)
  if (linears.length === 0 || !isInt4Architecture(model.config)) {
    return note(
      'int4_architecture_unsupported',
      `GPTQ and AWQ know Llama, Mistral, Mixtral, Qwen 2 and 3, Phi-3 and Gemma 1 to 3; this is ${facts.architecture ?? 'another architecture'}. Choose GGUF, or export to ONNX and use INT8.`,
      { architecture: facts.architecture ?? '' }
    )
  }
  const misfit = linears.find(({ shape }) => (shape[1] ?? 0) % GROUP_SIZE !== 0)
  if (!misfit) return null
  return note(
    'int4_group_size',
    `“${misfit.name}” has ${misfit.shape[1]} inputs, which do not divide into groups of ${GROUP_SIZE}. Choose a smaller group size, or GGUF.`,
    { name: misfit.name, inputs: misfit.shape[1] ?? 0, groupSize: GROUP_SIZE }
  )
}

export function alreadyQuantized(how: string) {
  return note(
    'already_quantized',
    `The model is quantized already (${how}); doing it again would spoil it. Start from the original weights.`,
    { how }
  )
}

function isLinear({ name, shape, dtype }: TensorInfo): boolean {
  return LINEAR.test(name) && shape.length === 2 && /^(F32|F16|BF16|F64)$/.test(dtype)
}

/** The tensors that will be written (facts/quantization.md, 3.1 and 4.1). */
function outgoing(
  method: 'gptq' | 'awq',
  tensors: ReadonlyMap<string, TensorInfo>,
  config: Record<string, unknown>
): Shape[] {
  const written: Shape[] = []
  for (const tensor of tensors.values()) {
    const { name, dtype, shape } = tensor
    if (isLinear(tensor)) written.push(...packed(method, name.replace(/\.weight$/, ''), shape))
    else
      written.push({
        name,
        dtype: /^(F32|F64|BF16)$/.test(dtype) ? 'F16' : dtype,
        shape: [...shape],
      })
  }
  const embedding = [...tensors.values()].find(({ name }) => name.endsWith('embed_tokens.weight'))
  const isTied = config.tie_word_embeddings === true || !tensors.has('lm_head.weight')
  if (isTied && embedding && !tensors.has('lm_head.weight')) {
    written.push({ name: 'lm_head.weight', dtype: 'F16', shape: [...embedding.shape] })
  }
  return written
}

function packed(method: 'gptq' | 'awq', module: string, shape: readonly number[]): Shape[] {
  const [outputs = 0, inputs = 0] = shape
  const groups = inputs / GROUP_SIZE
  const perWord = 32 / BITS
  const qweight = method === 'gptq' ? [inputs / perWord, outputs] : [inputs, outputs / perWord]
  const parts: Shape[] = [
    { name: `${module}.qweight`, dtype: 'I32', shape: qweight },
    { name: `${module}.qzeros`, dtype: 'I32', shape: [groups, outputs / perWord] },
    { name: `${module}.scales`, dtype: 'F16', shape: [groups, outputs] },
  ]
  if (method === 'gptq') parts.push({ name: `${module}.g_idx`, dtype: 'I32', shape: [inputs] })
  return parts
}

/**
 * GPTQ: a forward pass of the calibration text, Hessians (2·T·in²), their inverse (in³) and the
 * column updates (out·in²). AWQ: a forward pass and 20 trials of every scale in the form
 * tr((W−Q)·H·(W−Q)ᵀ) (facts/quantization.md, 3.3 and 4.3).
 */
function secondsOf(
  method: 'gptq' | 'awq',
  linears: readonly TensorInfo[],
  parameters: number,
  streamed: number
): number {
  let operations = 2 * parameters * CALIBRATION_TOKENS
  for (const { shape } of linears) {
    const [outputs = 0, inputs = 0] = shape
    operations += 2 * CALIBRATION_TOKENS * inputs ** 2
    if (method === 'gptq') operations += 2 * inputs ** 3 + outputs * inputs ** 2
    else operations += 20 * 2 * outputs * inputs ** 2
  }
  return secondsToCompute(operations) + secondsToStream(streamed)
}

/** The largest layer's inputs squared in float32, several times, and the model being calibrated. */
function memoryOf(linears: readonly TensorInfo[], facts: ModelFacts): number {
  const widest = Math.max(...linears.map(({ shape }) => shape[1] ?? 0))
  const largest = Math.max(...linears.map(({ shape }) => (shape[0] ?? 0) * (shape[1] ?? 0)))
  return BASE_MEMORY_BYTES + facts.parameters * 2 + 4 * widest ** 2 * 4 + 3 * largest * 4
}
