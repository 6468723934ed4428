import type { RequestClass } from '#wallet'

/**
 * Price of a model in nano-USD per token (1 dollar per million tokens = 1,000), as published in
 * November 2026. `cachedInput` applies to the part of the prompt that the provider had in its
 * own cache. Write a new entry when a provider changes a price.
 */
export interface ModelPrice {
  input: number
  cachedInput: number
  output: number
  /** Sent to OpenAI itself only: other servers do not know the parameter. */
  reasoningEffort?: 'none' | 'low' | 'medium' | 'high'
}

export const modelPrices: Record<string, ModelPrice> = {
  'gpt-6-luna': { input: 100, cachedInput: 10, output: 500, reasoningEffort: 'none' },
  'gpt-6.1-sol': { input: 2_000, cachedInput: 100, output: 10_000, reasoningEffort: 'low' },
  'gpt-6-sol': { input: 2_000, cachedInput: 200, output: 10_000 },
  'gpt-5.6-terra': { input: 2_000, cachedInput: 2_000, output: 12_000 },
  'gpt-5.6-luna': { input: 200, cachedInput: 200, output: 1_200 },
  'gpt-5.4': { input: 2_500, cachedInput: 2_500, output: 15_000 },
  'gpt-5.4-mini': { input: 750, cachedInput: 750, output: 4_500 },
  'gpt-5.4-nano': { input: 200, cachedInput: 200, output: 1_250 },
}

/** Model per request class when OPENAI_MODEL does not name one for all of them. */
export const modelOfClass: Record<RequestClass, string> = {
  simple: 'gpt-6-luna',
  standard: 'gpt-6-luna',
  complex: 'gpt-6.1-sol',
  advanced: 'gpt-6.1-sol',
}

/** Longest answer per request class, in tokens, when the caller does not say. */
export const outputTokensOfClass: Record<RequestClass, number> = {
  simple: 200,
  standard: 400,
  complex: 1_000,
  advanced: 4_000,
}

export const limits = {
  /** A provider that has not said a word by then counts as failed. */
  firstTokenMs: 12_000,
  /** Longest whole call, retry included. */
  totalMs: 45_000,
  /** Attempts per call: the first one and one retry, never after the first word. */
  attempts: 2,
  /** Longest Retry-After that is worth waiting for while somebody reads along. */
  retryAfterMs: 2_000,
  /** Life of a hold whose process died: a little over the longest call. */
  holdSeconds: 120,
}

/** Identical requests of one workspace within this time are answered from memory, free of charge. */
export const cache = { ttlMs: 5 * 60_000, entries: 500, bytesPerEntry: 64_000 }

export const privacy = {
  /** How long a conversation keeps its placeholders after the last new one. */
  placeholderHours: 24,
  /** How long a workspace sees what left the box when it has not said otherwise. */
  disclosureDays: 1,
}
