import env from '#start/env'
import { modelOfClass, modelPrices, type ModelPrice } from '#config/llm'
import type { RequestClass } from '#wallet'

export interface ProviderSettings {
  name: 'openai'
  /** Address of another server that speaks the OpenAI protocol; null is OpenAI itself. */
  baseUrl: string | null
  apiKey: string | null
  /** One model for all classes, from OPENAI_MODEL. */
  model: string | null
}

/**
 * The provider that the environment names, or null. A custom address needs no key: servers on
 * the own network often have none.
 */
export function activeProvider(): ProviderSettings | null {
  const apiKey = env.get('OPENAI_API_KEY') || null
  const baseUrl = env.get('OPENAI_BASE_URL') || null
  if (!apiKey && !baseUrl) return null
  return { name: 'openai', apiKey, baseUrl, model: env.get('OPENAI_MODEL') || null }
}

export function modelFor(provider: ProviderSettings, requestClass: RequestClass): string {
  return provider.model ?? modelOfClass[requestClass]
}

/** Price of a model, or null when nobody has written it down (own servers, mostly). */
export function priceOfModel(model: string): ModelPrice | null {
  return modelPrices[model] ?? null
}
