import { listFiles } from '@huggingface/hub'
import env from '#start/env'

export interface HubFile {
  path: string
  bytes: number
}

/** `owner/name`, as Hugging Face spells them; nothing else can reach the address. */
export const HUB_REPO = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/
export const HUB_REVISION = /^[\w][\w./-]{0,99}$/

export function hubUrl(): string {
  return env.get('HF_ENDPOINT') ?? 'https://huggingface.co'
}

/** What a model is read from beside its weights. */
const COMPANIONS =
  /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|preprocessor_config|quantize_config)\.json$|^(tokenizer\.model|merges\.txt|vocab\.txt|chat_template\.jinja|LICENSE.*|README\.md)$/i

/**
 * The files of a repository that make one model: the weights in the best form that is there
 * (safetensors, else PyTorch, else ONNX, else GGUF) and what belongs to them.
 */
export async function modelFilesOf(
  repo: string,
  revision: string,
  fetchWith: typeof fetch
): Promise<HubFile[]> {
  const files: HubFile[] = []
  const listed = listFiles({ repo, revision, recursive: true, hubUrl: hubUrl(), fetch: fetchWith })
  for await (const { type, path, size } of listed) {
    if (type === 'file') files.push({ path, bytes: size })
  }
  return chooseFiles(files)
}

export function chooseFiles(files: HubFile[]): HubFile[] {
  const top = files.filter(({ path }) => !path.includes('/'))
  const companions = top.filter(({ path }) => COMPANIONS.test(path))
  const safetensors = top.filter(({ path }) => /\.safetensors(\.index\.json)?$/.test(path))
  if (safetensors.length > 0) return [...safetensors, ...companions]
  const pytorch = top.filter(({ path }) => /^pytorch_model.*\.bin(\.index\.json)?$/.test(path))
  if (pytorch.length > 0) return [...pytorch, ...companions]
  const graph =
    files.find(({ path }) => /(^|\/)model\.onnx$/.test(path)) ??
    files.find(({ path }) => path.endsWith('.onnx'))
  if (graph) {
    const folder = graph.path.slice(0, graph.path.lastIndexOf('/') + 1)
    const data = files.filter(({ path }) =>
      [`${graph.path}_data`, `${graph.path}.data`, `${folder}model.onnx_data`].includes(path)
    )
    return [graph, ...data.filter(({ path }) => path !== graph.path)]
  }
  const gguf = top
    .filter(({ path }) => path.endsWith('.gguf'))
    .sort((a, b) => rankOf(b.path) - rankOf(a.path))
  return gguf.slice(0, 1)
}

/** Only full precision is worth quantizing again. */
function rankOf(path: string): number {
  return /bf16|f16|fp16|f32/i.test(path) ? 1 : 0
}
