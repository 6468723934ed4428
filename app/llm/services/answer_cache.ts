import { createHmac, randomBytes } from 'node:crypto'
import { cache as limits } from '#config/llm'
import type { ModelRequest, RequestClass, TokenUsage } from '#app/llm/types'

interface CachedAnswer {
  text: string
  usage: TokenUsage
  expiresAt: number
}

/** Made anew at each start: keys say nothing about the requests behind them. */
const secret = randomBytes(32)

const answers = new Map<string, CachedAnswer>()

/** Key of a request: the workspace is part of it, so no business is served another's answer. */
export function cacheKey(
  request: ModelRequest,
  requestClass: RequestClass,
  model: string,
  maxOutputTokens: number
): string {
  const parts = [
    request.workspaceId,
    model,
    request.purpose,
    requestClass,
    maxOutputTokens,
    request.system,
    request.messages,
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
  put(key: string, text: string, usage: TokenUsage): void {
    if (text.length > limits.bytesPerEntry) return
    answers.delete(key)
    if (answers.size >= limits.entries) answers.delete(answers.keys().next().value!)
    answers.set(key, { text, usage, expiresAt: Date.now() + limits.ttlMs })
  },

  clear(): void {
    answers.clear()
  },
}
