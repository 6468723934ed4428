import { createHash } from 'node:crypto'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HuggingFaceModel } from '../formats/open_model.js'
import type { OutgoingTensor } from '../formats/safetensors/write_safetensors.js'
import { writeSafetensorsFolder } from '../formats/safetensors/write_safetensors_folder.js'
import type { TensorInfo } from '../formats/tensor_source.js'
import type { WrittenFile } from '../protocol.js'
import { quantizationConfig } from './quantization_config.js'
import type { Int4Plan } from './plan.js'
import type { Int4Settings } from './settings.js'
import { fromFloats, isFloat, toFloats } from './weight_rows.js'

/** Tokenizer, chat template, generation settings and licence go along; other weights do not. */
const COMPANIONS =
  /^(tokenizer\.(json|model)|tokenizer_config\.json|special_tokens_map\.json|added_tokens\.json|vocab\.(json|txt)|merges\.txt|generation_config\.json|chat_template\.(json|jinja)|(pre)?processor_config\.json|LICEN[SC]E[^/]*|NOTICE[^/]*)$/i

const PIECE_BYTES = 8 * 1024 * 1024

export interface FolderContents {
  model: HuggingFaceModel
  plan: Int4Plan
  settings: Int4Settings
  /** Tensors of finished layers, by name. */
  made: ReadonlyMap<string, OutgoingTensor>
  /** F16, or BF16 where F16 would overflow. */
  dtype: 'F16' | 'BF16'
}

/** Writes the whole checkpoint into an empty folder. */
export async function writeFolder(
  folder: string,
  { model, plan, settings, made, dtype }: FolderContents,
  options: { signal: AbortSignal; onBytes(bytes: number): void }
): Promise<WrittenFile[]> {
  const tensors = outgoingTensors(model, plan, made, dtype)
  const files = await writeSafetensorsFolder(folder, tensors, options)
  const quantization = quantizationConfig(settings, plan)
  const config = { ...model.config, ...dtypeEntry(model.config, dtype) }
  files.push(
    await writeJson(folder, 'config.json', { ...config, quantization_config: quantization })
  )
  const own = settings.method === 'gptq' ? 'quantize_config.json' : 'quant_config.json'
  files.push(await writeJson(folder, own, quantization))
  for (const { name } of model.files) {
    if (COMPANIONS.test(name)) files.push(await copy(join(model.folder, name), folder, name))
  }
  return files
}

/** Every tensor of the checkpoint, in the order of the source. */
function outgoingTensors(
  model: HuggingFaceModel,
  plan: Int4Plan,
  made: ReadonlyMap<string, OutgoingTensor>,
  dtype: 'F16' | 'BF16'
): OutgoingTensor[] {
  const { source, config } = model
  const replaced = new Set(
    plan.layers
      .flatMap((layer) => layer.linears)
      .filter((linear) => !plan.leftAlone.has(linear.module))
      .map((linear) => `${linear.module}.weight`)
  )
  const tensors: OutgoingTensor[] = []
  for (const info of source.tensors.values()) {
    const module = info.name.replace(/\.weight$/, '')
    if (replaced.has(info.name)) {
      for (const part of ['qweight', 'qzeros', 'scales', 'g_idx']) {
        const tensor = made.get(`${module}.${part}`)
        if (tensor) tensors.push(tensor)
      }
    } else tensors.push(made.get(info.name) ?? plain(model, info, info.name, dtype))
  }
  const embedding = [...source.tensors.values()].find((info) => {
    return info.name.endsWith('embed_tokens.weight')
  })
  // Some loaders lose a tied head that is not spelled out (AutoAWQ #665).
  const tied = config.tie_word_embeddings === true || !source.tensors.has('lm_head.weight')
  if (tied && embedding && !source.tensors.has('lm_head.weight')) {
    tensors.push(plain(model, embedding, 'lm_head.weight', dtype))
  }
  return tensors
}

/** A tensor that is not quantized: floats in the checkpoint's type, everything else as it is. */
function plain(
  { source }: HuggingFaceModel,
  info: TensorInfo,
  name: string,
  dtype: 'F16' | 'BF16'
): OutgoingTensor {
  const target = isFloat(info.dtype) ? dtype : info.dtype
  return { name, dtype: target, shape: info.shape, data: () => pieces() }

  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < info.bytes; start += PIECE_BYTES) {
      const bytes = await source.read(info.name, start, Math.min(info.bytes, start + PIECE_BYTES))
      yield target === info.dtype ? bytes : fromFloats(toFloats(bytes, info.dtype), target)
    }
  }
}

function dtypeEntry(config: Record<string, unknown>, dtype: 'F16' | 'BF16') {
  const name = dtype === 'F16' ? 'float16' : 'bfloat16'
  return 'dtype' in config ? { dtype: name } : { torch_dtype: name }
}

async function writeJson(folder: string, name: string, value: unknown): Promise<WrittenFile> {
  const bytes = Buffer.from(JSON.stringify(value, null, 2) + '\n')
  await writeFile(join(folder, name), bytes, { flush: true })
  return written(name, bytes)
}

async function copy(from: string, folder: string, name: string): Promise<WrittenFile> {
  await copyFile(from, join(folder, name))
  return written(name, await readFile(join(folder, name)))
}

function written(name: string, bytes: Buffer): WrittenFile {
  return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}
