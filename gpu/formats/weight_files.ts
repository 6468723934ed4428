import { join } from 'node:path'
import { ModelError } from '../shared/errors.js'
import type { ModelFile } from './model_files.js'
import { type ShardIndex } from './shard_index.js'
import { readShardIndex } from './shard_index.js'

/** Where the weights of a folder are. */
export type WeightFiles =
  | { format: 'safetensors' | 'pytorch'; kind: 'single'; path: string }
  | { format: 'safetensors' | 'pytorch'; kind: 'sharded'; index: ShardIndex }
  | { format: 'gguf' | 'onnx'; kind: 'single'; path: string }

const SHARD = /^(.*)-(\d{5})-of-(\d{5})\.(safetensors|bin)$/

/**
 * Chooses the weights of a model folder. safetensors come before PyTorch's pickles when both are
 * there; then one GGUF, then one ONNX file.
 * @throws ModelError `E_NO_WEIGHTS`, `E_AMBIGUOUS_WEIGHTS`, `E_SHARD_MISSING`, `E_INDEX_INVALID`,
 *   and for what cannot be used as it is `E_ADAPTER_ONLY`, `E_PIPELINE`, `E_OTHER_FRAMEWORK`
 */
export async function findWeights(folder: string, files: ModelFile[]): Promise<WeightFiles> {
  const names = files.map((file) => file.name).filter((name) => !name.includes('/'))
  const safetensors = await findFamily(folder, names, 'safetensors', [
    'model.safetensors',
    'model.safetensors.index.json',
  ])
  if (safetensors) return safetensors
  const pytorch = await findFamily(folder, names, 'pytorch', [
    'pytorch_model.bin',
    'pytorch_model.bin.index.json',
  ])
  if (pytorch) return pytorch
  const gguf = names.filter((name) => /\.gguf$/i.test(name))
  if (gguf.length > 0) return { format: 'gguf', kind: 'single', path: onlyGguf(folder, gguf) }
  const onnx = files.map((file) => file.name).filter((name) => /\.onnx$/i.test(name))
  if (onnx.length > 0) return { format: 'onnx', kind: 'single', path: onlyOnnx(folder, onnx) }
  throw noWeights(new Set(files.map((file) => file.name)))
}

async function findFamily(
  folder: string,
  names: string[],
  format: 'safetensors' | 'pytorch',
  [single, index]: [string, string]
): Promise<WeightFiles | null> {
  const pattern = format === 'safetensors' ? /\.safetensors$/ : /\.(bin|pt|pth)$/
  const candidates = names.filter((name) => pattern.test(name) && !NOT_THE_MODEL.test(name))
  // An index is looked at first: it says which files belong together, and which are missing.
  if (names.includes(index)) {
    return { format, kind: 'sharded', index: await readShardIndex(join(folder, index)) }
  }
  if (candidates.length === 0) return null
  if (candidates.includes(single)) return { format, kind: 'single', path: join(folder, single) }
  const shards = indexFromNames(folder, candidates)
  if (shards) return { format, kind: 'sharded', index: shards }
  return { format, kind: 'single', path: only(folder, candidates) }
}

/** Training leftovers, adapters and copies in the layout of the model's authors. */
const NOT_THE_MODEL =
  /^(adapter_model|optimizer|scheduler|scaler|rng_state|training_args|consolidated)[._]|^(rng_state|tokenizer)/

/** `x-00001-of-0000N.…` without an index file: complete by its names, or not at all. */
function indexFromNames(folder: string, names: string[]): ShardIndex | null {
  const matches = names.map((name) => SHARD.exec(name))
  const first = matches.find((match) => match !== null)
  if (!first) return null
  const [, stem, , count, extension] = first
  const files = Array.from({ length: Math.min(Number(count), 99_999) }, (_, index) => {
    return `${stem}-${String(index + 1).padStart(5, '0')}-of-${count}.${extension}`
  })
  return { folder, files, weightMap: null }
}

function only(folder: string, names: string[]): string {
  const [name] = names
  if (names.length > 1 || name === undefined) throw ambiguous(names)
  return join(folder, name)
}

/** Vision towers lie beside their language model; parts of a split file are one. */
function onlyGguf(folder: string, names: string[]): string {
  const models = names.filter((name) => !/^mmproj/i.test(name))
  const firsts = models.filter(
    (name) => !/-\d{5}-of-\d{5}\.gguf$/i.test(name) || /-00001-of-/.test(name)
  )
  return only(folder, firsts.length === 1 ? firsts : models)
}

/** Exporters put variants side by side: the plain `model.onnx` is the original. */
function onlyOnnx(folder: string, names: string[]): string {
  const plain = names.filter((name) => /(^|\/)model\.onnx$/i.test(name))
  return only(folder, plain.length === 1 ? plain : names)
}

function ambiguous(names: string[]): ModelError {
  const files = names.slice(0, 5).join(', ')
  return new ModelError(
    'E_AMBIGUOUS_WEIGHTS',
    `The folder holds ${names.length} model files (${files}${names.length > 5 ? ', …' : ''}) and nothing says which one is meant. Choose one of them.`,
    { params: { count: names.length, files } }
  )
}

function noWeights(names: ReadonlySet<string>): ModelError {
  if (names.has('adapter_config.json')) {
    return new ModelError(
      'E_ADAPTER_ONLY',
      'This is a LoRA adapter, which holds only the changes to another model. Merge it into its base model (`merge_and_unload` in PEFT) and use the merged folder.'
    )
  }
  if (names.has('model_index.json')) {
    return new ModelError(
      'E_PIPELINE',
      'This is a pipeline of several models (diffusers). Export its parts to ONNX and quantize them one by one.'
    )
  }
  const other = [...names].find((name) => /\.(h5|keras|msgpack|tflite|mlmodel|pb)$/i.test(name))
  if (other !== undefined) {
    return new ModelError(
      'E_OTHER_FRAMEWORK',
      `The weights are in the format of another framework (${other}). Export the model to ONNX or save it as safetensors, then try again.`,
      { params: { file: other } }
    )
  }
  return new ModelError(
    'E_NO_WEIGHTS',
    'No model file is in this folder. It should hold safetensors, PyTorch .bin, GGUF or ONNX files.'
  )
}
