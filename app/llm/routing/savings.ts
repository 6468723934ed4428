import { modelsOfClass } from '#config/llm'
import type { RequestClass } from '#wallet'
import type { TokenUsage } from '#app/llm/types'
import { costNano } from './prices.js'

/**
 * What the first external model of the class would have cost for the same tokens, in nano-USD:
 * the saving of an answer from memory or from the model on the box.
 */
export function savedNano(requestClass: RequestClass, usage: TokenUsage): number {
  const [model] = modelsOfClass[requestClass]
  const { promptTokens, completionTokens } = usage
  const none = { cachedTokens: 0, cacheWriteTokens: 0 }
  return (model && costNano(model, { promptTokens, completionTokens, ...none })) || 0
}
