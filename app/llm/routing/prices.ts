import { models, modelsOfClass, type PriceTier, type PriceVersion } from '#config/llm'
import { E_UNKNOWN_PRICE } from '#app/llm/errors'
import type { ProviderUsage } from '#app/llm/providers/provider'
import type { ConfiguredProviders } from './configured.js'

/** The price list of a model that holds at a moment, or null when nobody has written one down. */
export function priceVersionOf(model: string, at = new Date()): PriceVersion | null {
  const day = at.toISOString().slice(0, 10)
  const versions = models[model]?.prices ?? []
  // The list grows at its end, but nothing depends on its order.
  return versions.reduce<PriceVersion | null>(
    (best, version) =>
      version.from <= day && (!best || version.from > best.from) ? version : best,
    null
  )
}

/**
 * What a provider takes for an answer, in nano-USD: the tier by the size of the prompt, then its
 * cached, written and plain parts at their own prices. Null when the model has no price.
 */
export function costNano(model: string, usage: ProviderUsage, at = new Date()): number | null {
  const version = priceVersionOf(model, at)
  if (!version) return null
  const tier = tierOf(version, usage.promptTokens)
  const plain = Math.max(0, usage.promptTokens - usage.cachedTokens - usage.cacheWriteTokens)
  return Math.round(
    plain * tier.input +
      usage.cachedTokens * tier.cachedInput +
      usage.cacheWriteTokens * tier.cacheWrite +
      usage.completionTokens * tier.output
  )
}

function tierOf({ tiers }: PriceVersion, promptTokens: number): PriceTier {
  return (
    tiers.find(({ upToPromptTokens }) => promptTokens <= (upToPromptTokens ?? Infinity)) ??
    tiers.at(-1)!
  )
}

/**
 * Refuses to start with a model whose price is not known: every call of it would be booked at no
 * cost. A server of one's own is not paid by the token, so its models need none.
 *
 * @throws E_UNKNOWN_PRICE
 */
export function requireKnownPrices(providers: ConfiguredProviders, at = new Date()): void {
  const named = [
    ...Object.values(modelsOfClass).flat(),
    ...(providers.openai && !providers.openai.own ? [providers.openai.model] : []),
    ...(providers.anthropic && !providers.anthropic.own ? [providers.anthropic.model] : []),
  ]
  for (const model of named) {
    if (model !== null && !priceVersionOf(model, at)) throw new E_UNKNOWN_PRICE([model])
  }
}
