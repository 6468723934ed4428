import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeSafetensors } from '#gpu/formats/safetensors/write_safetensors'
import { SeededRandom } from '#shared/random'

const HIDDEN = 256
const INNER = 512
const LAYERS = 2
const KEYS = 128

/** `config.json` of the model below. */
export const TINY_CONFIG = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_size: HIDDEN,
  intermediate_size: INNER,
  num_hidden_layers: LAYERS,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 64,
  max_position_embeddings: 256,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  vocab_size: 258,
  bos_token_id: 256,
  eos_token_id: 256,
  tie_word_embeddings: false,
}

/** A Hugging Face folder of a llama with random F16 weights and a tokenizer of bytes. */
export async function writeTinyLlama(
  folder: string,
  config: Record<string, unknown> = TINY_CONFIG
): Promise<string> {
  await mkdir(folder, { recursive: true })
  const shapes: [string, number[]][] = [
    ['model.embed_tokens.weight', [258, HIDDEN]],
    ['model.norm.weight', [HIDDEN]],
    ['lm_head.weight', [258, HIDDEN]],
  ]
  for (let layer = 0; layer < LAYERS; layer++) {
    const name = (part: string) => `model.layers.${layer}.${part}.weight`
    shapes.push(
      [name('input_layernorm'), [HIDDEN]],
      [name('post_attention_layernorm'), [HIDDEN]],
      [name('self_attn.q_proj'), [HIDDEN, HIDDEN]],
      [name('self_attn.k_proj'), [KEYS, HIDDEN]],
      [name('self_attn.v_proj'), [KEYS, HIDDEN]],
      [name('self_attn.o_proj'), [HIDDEN, HIDDEN]],
      [name('mlp.gate_proj'), [INNER, HIDDEN]],
      [name('mlp.up_proj'), [INNER, HIDDEN]],
      [name('mlp.down_proj'), [HIDDEN, INNER]]
    )
  }
  const random = new SeededRandom(3)
  const tensors = shapes.map(([name, shape]) => ({
    name,
    dtype: 'F16',
    shape,
    data: async () =>
      halves(
        random,
        shape.reduce((a, b) => a * b, 1)
      ),
  }))
  await writeSafetensors(join(folder, 'model.safetensors'), tensors)
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer()))
  await writeFile(join(folder, 'tokenizer_config.json'), '{"eos_token":"<|end|>"}')
  return folder
}

/** float16 numbers of ±0.03 to ±0.06: sign, exponent −5, random fraction. */
function halves(random: SeededRandom, count: number): Uint8Array {
  const values = Uint16Array.from({ length: count }, () => {
    return (random.between(0, 1) << 15) | (10 << 10) | random.between(0, 1023)
  })
  return new Uint8Array(values.buffer)
}

/** Byte-level BPE: the 256 letters that stand for bytes, one merge and one special token. */
function tokenizer() {
  const letters = byteLetters()
  const vocab = Object.fromEntries([...letters, '<|end|>', 'th'].map((text, id) => [text, id]))
  const split = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }
  return {
    version: '1.0',
    added_tokens: [{ id: 256, content: '<|end|>', special: true }],
    pre_tokenizer: split,
    decoder: split,
    model: { type: 'BPE', vocab, merges: ['t h'] },
  }
}

/** GPT-2's printable stand-ins (`bytes_to_unicode`). */
function byteLetters(): string[] {
  let shifted = 256
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173)
    return String.fromCodePoint(printable ? byte : shifted++)
  })
}
