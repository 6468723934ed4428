import type { RequestClass } from '#wallet'

/** Prices of one size of request, in nano-USD per token (1 dollar per million tokens is 1,000). */
export interface PriceTier {
  /** The tier ends at prompts of so many tokens; the last tier has no end. */
  upToPromptTokens?: number
  input: number
  /** Part of the prompt that the provider had in its own cache. */
  cachedInput: number
  /** Part of the prompt that the provider puts into its cache (five minutes). */
  cacheWrite: number
  output: number
}

/** What a provider takes from a day on (UTC). A new price is a new entry; none is changed. */
export interface PriceVersion {
  from: `${number}-${number}-${number}`
  tiers: readonly PriceTier[]
}

/** What a model refuses: sending it anyway is a 400, just when a fallback is needed. */
export interface ModelTraits {
  /** `without_reasoning`: only together with `reasoningEffort: 'none'`. */
  temperature: 'yes' | 'no' | 'without_reasoning'
  /** Sent to OpenAI itself; other servers do not know the parameter. */
  reasoningEffort?: 'none' | 'low' | 'medium' | 'high'
  /** Tokens that the model may think with, added to the limit of the answer; 0 when it does not. */
  thinkingTokens?: number
}

export interface ModelDefinition {
  provider: 'openai' | 'anthropic'
  prices: readonly PriceVersion[]
  traits: ModelTraits
}

/** One price for every size. `cacheWrite` costs like input unless said otherwise. */
function flat(input: number, cachedInput: number, output: number, cacheWrite = input) {
  return [{ input, cachedInput, cacheWrite, output }]
}

/** OpenAI: beyond 272,000 tokens the whole request costs twice the input and 1.5 times the output. */
function withLongContext(input: number, cachedInput: number, output: number, cacheWrite = input) {
  return [
    { upToPromptTokens: 272_000, input, cachedInput, cacheWrite, output },
    {
      input: input * 2,
      cachedInput: cachedInput * 2,
      cacheWrite: cacheWrite * 2,
      output: output * 1.5,
    },
  ]
}

/** Every model with its prices, as published in November 2026. */
export const models: Record<string, ModelDefinition> = {
  'gpt-6-luna': {
    provider: 'openai',
    prices: [{ from: '2026-09-22', tiers: withLongContext(100, 10, 500, 125) }],
    traits: { temperature: 'without_reasoning', reasoningEffort: 'none' },
  },
  'gpt-6.1-sol': {
    provider: 'openai',
    prices: [{ from: '2026-09-29', tiers: withLongContext(2_000, 100, 10_000) }],
    traits: { temperature: 'no', reasoningEffort: 'low', thinkingTokens: 2_000 },
  },
  'gpt-6-sol': {
    provider: 'openai',
    prices: [{ from: '2026-09-22', tiers: withLongContext(2_000, 200, 10_000, 2_500) }],
    traits: { temperature: 'no', thinkingTokens: 2_000 },
  },
  'gpt-5.6-terra': {
    provider: 'openai',
    prices: [{ from: '2026-01-01', tiers: withLongContext(2_000, 2_000, 12_000) }],
    traits: { temperature: 'no', thinkingTokens: 2_000 },
  },
  'gpt-5.6-luna': {
    provider: 'openai',
    prices: [{ from: '2026-01-01', tiers: withLongContext(200, 200, 1_200) }],
    traits: { temperature: 'no', thinkingTokens: 2_000 },
  },
  'gpt-5.4': {
    provider: 'openai',
    prices: [{ from: '2026-01-01', tiers: withLongContext(2_500, 2_500, 15_000) }],
    traits: { temperature: 'no', thinkingTokens: 2_000 },
  },
  'gpt-5.4-mini': {
    provider: 'openai',
    prices: [{ from: '2026-01-01', tiers: flat(750, 750, 4_500) }],
    traits: { temperature: 'no', thinkingTokens: 2_000 },
  },
  'gpt-5.4-nano': {
    provider: 'openai',
    prices: [{ from: '2026-01-01', tiers: flat(200, 200, 1_250) }],
    traits: { temperature: 'no', thinkingTokens: 2_000 },
  },
  'claude-haiku-5-5': {
    provider: 'anthropic',
    prices: [
      {
        from: '2026-10-07',
        tiers: [
          { upToPromptTokens: 100_000, input: 100, cachedInput: 10, cacheWrite: 125, output: 500 },
          { input: 500, cachedInput: 50, cacheWrite: 625, output: 2_500 },
        ],
      },
    ],
    traits: { temperature: 'no' },
  },
  'claude-haiku-4-5': {
    provider: 'anthropic',
    prices: [{ from: '2025-10-15', tiers: flat(1_000, 100, 5_000, 1_250) }],
    traits: { temperature: 'yes' },
  },
  'claude-sonnet-5-5': {
    provider: 'anthropic',
    prices: [
      { from: '2026-09-28', tiers: flat(2_000, 200, 10_000, 2_500) },
      { from: '2026-10-07', tiers: flat(2_000, 100, 10_000, 2_500) },
    ],
    traits: { temperature: 'no', thinkingTokens: 2_000 },
  },
  'claude-opus-5-5': {
    provider: 'anthropic',
    prices: [{ from: '2026-09-22', tiers: flat(4_000, 200, 20_000, 5_000) }],
    traits: { temperature: 'no', thinkingTokens: 2_000 },
  },
}

/**
 * Models of a class in the order in which they are asked; those of a provider without a key are
 * left out. The first two of each class cost the same, so that a fallback changes no margin.
 * OPENAI_MODEL and ANTHROPIC_MODEL replace the models of their provider.
 */
export const modelsOfClass: Record<RequestClass, readonly string[]> = {
  simple: ['gpt-6-luna', 'claude-haiku-5-5'],
  standard: ['gpt-6-luna', 'claude-haiku-5-5'],
  complex: ['gpt-6.1-sol', 'claude-sonnet-5-5'],
  advanced: ['gpt-6.1-sol', 'claude-opus-5-5'],
}

/** Longest answer per request class, in tokens, when the caller does not say. */
export const outputTokensOfClass: Record<RequestClass, number> = {
  simple: 200,
  standard: 400,
  complex: 1_000,
  advanced: 4_000,
}

/** Deadlines per class in milliseconds: harder questions may be thought about for longer. */
export const deadlines: Record<RequestClass, { firstSignMs: number; totalMs: number }> = {
  simple: { firstSignMs: 12_000, totalMs: 45_000 },
  standard: { firstSignMs: 12_000, totalMs: 45_000 },
  complex: { firstSignMs: 25_000, totalMs: 75_000 },
  advanced: { firstSignMs: 40_000, totalMs: 110_000 },
}

export const resilience = {
  /** Attempts per model: the first one and one retry, never after the first word. */
  attempts: 2,
  /** First pause before a retry; doubles, with jitter. */
  backoffMs: 200,
  /** Longest Retry-After that is worth waiting for while somebody reads along. */
  patienceMs: 2_000,
  /** How long a model rests after a 429 that names no time, and the longest rest that counts. */
  coolDownMs: 5_000,
  longestCoolDownMs: 60_000,
  /** The circuit opens when so many of the last calls failed, and is tried again after a while. */
  breaker: { threshold: 0.5, size: 20, minimumCalls: 5, halfOpenAfterMs: 15_000 },
  /** A reader who leaves: the provider is read to its end in the background, for the true cost. */
  drain: { atOnce: 20, longestMs: 20_000 },
  /** Life of a hold whose process died: a little over the longest call. */
  holdSeconds: 150,
}

/** Identical requests of one workspace within this time are answered from memory, free of charge. */
export const cache = {
  ttlMs: 5 * 60_000,
  /** For answers about the shop itself; the prompt, and so the key, changes with its facts. */
  faqTtlMs: 24 * 60 * 60_000,
  entries: 2_000,
  charactersPerEntry: 64_000,
  /** Raise it when what is kept changes its shape or the instructions around prompts change. */
  version: 2,
}

/** What a workspace may use of the gateway at most, per minute and at the same time. */
export interface FairUse {
  requests: number
  tokens: number
  /** Answers that are being written at the same time. */
  streams: number
}

/** By the plan of the line `assistant`. */
export const fairUse: Record<string, FairUse> = {
  student: { requests: 30, tokens: 30_000, streams: 3 },
  individual: { requests: 60, tokens: 90_000, streams: 5 },
  pro: { requests: 180, tokens: 300_000, streams: 15 },
  enterprise: { requests: 1_200, tokens: 3_000_000, streams: 100 },
}

/**
 * What a workspace may ask outside its wallet when it first uses the assistant, whatever the
 * class. Only for people's own questions: a visitor's answers are paid by the conversation.
 */
export const freeRequests = { count: 3, purposes: ['llm.ask', 'llm.api'] }

/**
 * Above the hourly ceiling of a workspace's spending (the wallet decides when) its requests are
 * answered by the cheapest route and cost what the cheapest class costs.
 */
export const pace = {
  /** How long the ledger's answer is remembered. */
  rememberMs: 10_000,
}

/** When the technical page warns and when it is red. Milliseconds, shares, nano-USD. */
export const thresholds = {
  latencyMs: { warn: 3_000, bad: 5_000 },
  errors: { warn: 0.01, bad: 0.03 },
  costPerThousandNano: { warn: 15_000_000, bad: 25_000_000 },
  cacheHits: { warn: 0.25, bad: 0.15 },
  uptime: { warn: 0.995, bad: 0.99 },
} as const

/** When the operators are told of a threshold: the time looked at, and calls that mean something. */
export const watch = { window: 'hour', minimumCalls: 20 } as const

/** The model that the box runs itself. */
export const local = {
  /** Requests that are answered at the same time, in one batch. */
  sequences: 4,
  /** Requests that may wait for a free sequence; one more is refused at once. */
  queue: 16,
  /** Longest context per request, in tokens; less when the model knows less. */
  contextTokens: 4_096,
  /** The process ends after so long without a request and gives its memory back. */
  idleMs: 10 * 60_000,
  /** How long a model may take to load. */
  loadMs: 120_000,
}

/** What is personal, and what is kept of it. */
export const privacy = {
  /** How long a conversation keeps its placeholders after the last new one. */
  placeholderHours: 24,
  /** How long a workspace sees what left the box when it has not said otherwise. */
  disclosureDays: 1,
}
