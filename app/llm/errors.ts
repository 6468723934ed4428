import { createError } from '@adonisjs/core/exceptions'
import type { FairUseLimit, ProviderFailureCode } from '#app/llm/types'

export const E_NO_PROVIDER = createError(
  'no_provider: no language model is connected to this box. Set OPENAI_API_KEY or ANTHROPIC_API_KEY, or OPENAI_BASE_URL for a server of your own, and restart; the page /models shows how.',
  'E_NO_PROVIDER',
  503
)

export const E_INSUFFICIENT_CREDIT = createError<[availableMicros: number]>(
  'insufficient_credit: this request costs more than the wallet holds (%s micro-dollars). Top up at /wallet; nothing was charged.',
  'E_INSUFFICIENT_CREDIT',
  402
)

/** The provider's own failure: the box is fine, and nothing was charged. */
export const E_PROVIDER_FAILED = createError<[code: ProviderFailureCode]>(
  'provider_failed: the language model did not answer (%s). Nothing was charged; try again.',
  'E_PROVIDER_FAILED',
  503
)

/** A start that would book calls at no cost. */
export const E_UNKNOWN_PRICE = createError<[model: string]>(
  'The price of the model %s is not known. Write it into config/llm.ts, or choose a model that stands there.',
  'E_UNKNOWN_PRICE',
  500
)

/** More than the plan allows at once; nothing was charged. */
export const E_FAIR_USE = createError<[limit: FairUseLimit, seconds: number]>(
  'fair_use: the plan allows no more %s at the moment. Try again in %s seconds, or choose a larger plan at /wallet/plans.',
  'E_FAIR_USE',
  429
)
