import { ModelError } from '../../shared/errors.js'

type Json = Record<string, unknown>

/**
 * A model's `config.json` with the default values of its type, which transformers leaves out when
 * it saves. Text models inside multimodal ones have their numbers under `text_config`.
 */
export class Config {
  private readonly values: Json

  constructor(json: Json, defaults: Json = {}) {
    const nested = json.text_config
    const flat = isObject(nested) ? { ...json, ...nested } : json
    this.values = { ...defaults, ...withoutNull(flat) }
  }

  /** The first of these that is a number. */
  optional(...names: string[]): number | undefined {
    for (const name of names) {
      const value = this.values[name]
      if (typeof value === 'number' && Number.isFinite(value)) return value
    }
    return undefined
  }

  /** @throws ModelError `E_CONFIG_INVALID` when none of them is there */
  number(...names: string[]): number {
    const value = this.optional(...names)
    if (value !== undefined) return value
    throw new ModelError(
      'E_CONFIG_INVALID',
      `“config.json” does not say “${names[0]}”, without which the model cannot run.`,
      { params: { file: 'config.json', detail: names[0] ?? '' } }
    )
  }

  /** A positive whole number. @throws ModelError `E_CONFIG_INVALID` */
  count(...names: string[]): number {
    const value = this.number(...names)
    if (Number.isSafeInteger(value) && value > 0) return value
    throw new ModelError(
      'E_CONFIG_INVALID',
      `“config.json” says ${value} for “${names[0]}”, which must be a positive whole number.`,
      { params: { file: 'config.json', detail: names[0] ?? '' } }
    )
  }

  text(name: string): string | undefined {
    const value = this.values[name]
    return typeof value === 'string' ? value : undefined
  }

  flag(name: string): boolean | undefined {
    const value = this.values[name]
    return typeof value === 'boolean' ? value : undefined
  }

  list(name: string): unknown[] {
    const value = this.values[name]
    return Array.isArray(value) ? value : []
  }

  object(name: string): Json | undefined {
    const value = this.values[name]
    return isObject(value) ? value : undefined
  }

  get layers(): number {
    return this.count('num_hidden_layers', 'n_layer', 'n_layers', 'num_layers')
  }

  get heads(): number {
    return this.count('num_attention_heads', 'n_head', 'n_heads')
  }

  get keyHeads(): number {
    return this.optional('num_key_value_heads', 'n_kv_heads') ?? this.heads
  }

  get hidden(): number {
    return this.count('hidden_size', 'n_embd')
  }

  /** Width of one attention head. */
  get headDim(): number {
    return this.optional('head_dim') ?? Math.floor(this.hidden / this.heads)
  }
}

function isObject(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function withoutNull(json: Json): Json {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null))
}
