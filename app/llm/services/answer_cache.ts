import { createHmac, randomBytes } from 'node:crypto'
import { cache as limits } from '#config/llm'
import type { PreparedCall } from '#app/llm/calls/prepare_call'
import type { ModelRequest, TokenUsage } from '#app/llm/types'

export interface CachedAnswer {
  text: string
  usage: TokenUsage
  model: string
  provider: string
}

/** Made anew at each start: keys say nothing about the requests behind them. */
const secret = randomBytes(32)

const answers = new Map<string, CachedAnswer & { expiresAt: number }>()

/**
 * Key of a request. The workspace is part of it, so no business is served another's answer or
 * learns by its speed that another asked; and everything that changes what a model would say.
 */
export function cacheKey({ request, class: name, candidates, maxOutputTokens }: PreparedCall) {
  const { workspaceId, purpose, temperature, schema, tools, knowledgeVersion } = request
  const parts = [
    ...[limits.version, workspaceId, candidates[0].key, purpose, name, maxOutputTokens],
    ...[temperature, schema, tools, knowledgeVersion, request.system, request.messages],
  ]
  return createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url')
}

export const answerCache = {
  get(key: string): CachedAnswer | null {
    const found = answers.get(key)
    if (!found) return null
    if (found.expiresAt > Date.now()) return found
    answers.delete(key)
    return null
  },

  /** Keeps a complete answer; the oldest entry leaves when the cache is full. */
  put(key: string, answer: CachedAnswer, keep: ModelRequest['keep']): void {
    if (answer.text.length > limits.charactersPerEntry) return
    answers.delete(key)
    if (answers.size >= limits.entries) answers.delete(answers.keys().next().value!)
    const lifeMs = keep === 'faq' ? limits.faqTtlMs : limits.ttlMs
    answers.set(key, { ...answer, expiresAt: Date.now() + lifeMs })
  },

  clear(): void {
    answers.clear()
  },
}
