import { stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { ModelError } from '../shared/errors.js'
import { type ModelFile, listModelFiles, readJsonFile } from './model_files.js'
import { type GgufSource, openGguf } from './gguf/open_gguf.js'
import { PytorchFile } from './pytorch/pytorch_file.js'
import { SafetensorsFile } from './safetensors/safetensors_file.js'
import { openShards } from './sharded_source.js'
import { readShardIndex } from './shard_index.js'
import { sniffFormat } from './sniff_format.js'
import type { TensorSource } from './tensor_source.js'
import { type WeightFiles, findWeights } from './weight_files.js'

interface Opened {
  /** The file or folder that was asked for, absolute. */
  path: string
  /** The folder around the weights. */
  folder: string
  /** What belongs to the model, relative to `folder`. */
  files: ModelFile[]
  /** Those of them that hold the weights; the description of an ONNX model counts as one. */
  weightFiles: string[]
  close(): Promise<void>
}

/** A folder (or a file beside its `config.json`) in Hugging Face's layout. */
export interface HuggingFaceModel extends Opened {
  kind: 'huggingface'
  source: TensorSource
  config: Record<string, unknown>
}

/** Tensors without a `config.json`: nothing says what they compute. */
export interface BareWeights extends Opened {
  kind: 'weights'
  source: TensorSource
  config: null
}

/** The source has the raw blocks of its tensors, and the metadata. */
export interface GgufModel extends Opened {
  kind: 'gguf'
  source: GgufSource
}

/** The reader of the graph is in `gpu/onnx`; here only the file is known. */
export interface OnnxModel extends Opened {
  kind: 'onnx'
  file: string
}

export type OpenedModel = HuggingFaceModel | BareWeights | GgufModel | OnnxModel

/**
 * Opens a model file or folder by what it holds; headers are read and checked, weights are not.
 * The caller closes it.
 * @throws ModelError when it is no model, is damaged, or is one that cannot be used as it is
 */
export async function openModel(path: string): Promise<OpenedModel> {
  const full = resolve(path)
  const stats = await stat(full)
  if (stats.isDirectory()) {
    const files = await listModelFiles(full)
    return openWeights(full, full, files, await findWeights(full, files))
  }
  return openFile(full)
}

async function openFile(path: string): Promise<OpenedModel> {
  const folder = dirname(path)
  if (/\.(safetensors|bin)\.index\.json$/.test(path)) {
    const format = path.endsWith('.safetensors.index.json') ? 'safetensors' : 'pytorch'
    const index = await readShardIndex(path)
    const files = await listModelFiles(folder)
    return openWeights(path, folder, files, { format, kind: 'sharded', index })
  }
  const found = await sniffFormat(path)
  const format = found === 'pytorch_legacy' ? 'pytorch' : found
  if (MODEL_FORMATS.has(format)) {
    const files = await companions(path, format)
    return openWeights(path, folder, files, { format, kind: 'single', path } as WeightFiles)
  }
  throw unusable(path, format)
}

const MODEL_FORMATS = new Set<string>(['safetensors', 'pytorch', 'gguf', 'onnx'])

/** A file with its configuration and tokenizer beside it, but without its neighbours' weights. */
async function companions(path: string, format: string): Promise<ModelFile[]> {
  const own = await fileAt(path)
  if (format === 'onnx' || format === 'gguf') return [own]
  const folder = dirname(path)
  const config = await stat(join(folder, 'config.json')).catch(() => null)
  if (!config?.isFile()) return [own]
  const files = await listModelFiles(folder)
  const isText = (name: string) => /\.(json|txt|md|jinja|model)$|^LICEN[SC]E/i.test(name)
  return files.filter((file) => file.name === own.name || isText(file.name))
}

async function fileAt(path: string): Promise<ModelFile> {
  const stats = await stat(path)
  return { name: basename(path), bytes: stats.size }
}

async function openWeights(
  path: string,
  folder: string,
  files: ModelFile[],
  weights: WeightFiles
): Promise<OpenedModel> {
  if (weights.format === 'onnx') {
    const file = weights.path
    const weightFiles = [relative(folder, file)]
    return { kind: 'onnx', path, folder, files, weightFiles, file, close: async () => {} }
  }
  if (weights.format === 'gguf') {
    const source = await openGguf(weights.path)
    const parts = await Promise.all(source.paths.map(fileAt))
    const weightFiles = parts.map((part) => part.name)
    const close = () => source.close()
    return { kind: 'gguf', path, folder, files: parts, weightFiles, source, close }
  }
  const open = weights.format === 'safetensors' ? SafetensorsFile.open : PytorchFile.open
  const config = files.some((file) => file.name === 'config.json')
    ? await readJsonFile(join(folder, 'config.json'))
    : null
  const source =
    weights.kind === 'single'
      ? await open(weights.path)
      : await openShards(weights.index, weights.format, open)
  const weightFiles = weights.kind === 'single' ? [basename(weights.path)] : weights.index.files
  const common = { path, folder, files, weightFiles, source, close: () => source.close() }
  return config
    ? { kind: 'huggingface', config, ...common }
    : { kind: 'weights', config, ...common }
}

/** Advice for what people upload by mistake. */
const ADVICE: Record<string, string> = {
  ggml_old:
    'It is in llama.cpp’s format from before GGUF (2023), which nothing reads any more. Convert the original model again.',
  hdf5: 'It is a Keras or HDF5 file. Export the model to ONNX (tf2onnx) and use that.',
  tflite:
    'It is a TensorFlow Lite file, which is usually quantized already. Use the original model.',
  seven_zip: 'It is a 7z archive. Unpack it, or upload a zip or tar.gz.',
  zip: 'It is an archive. Unpack it first.',
  tar: 'It is an archive. Unpack it first.',
  gzip: 'It is an archive. Unpack it first.',
  git_lfs_pointer:
    'It is only a pointer of Git LFS, not the file itself. Run `git lfs pull` or download the file.',
  html: 'It is a web page, not a model. The download probably needed a login.',
}

function unusable(path: string, format: string): ModelError {
  const file = basename(path)
  const advice =
    ADVICE[format] ??
    'Comptoir reads ONNX, safetensors, PyTorch .bin and GGUF files, and folders or archives of them.'
  return new ModelError('E_FORMAT_UNKNOWN', `“${file}” cannot be used as a model. ${advice}`, {
    params: { file, format },
  })
}
