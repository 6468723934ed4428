import { pace as remembered } from '#config/llm'
import { wallet, type RequestClass } from '#wallet'
import type { ProviderUsage } from '#app/llm/providers/provider'
import { candidatesOf, type Candidate } from './candidates.js'
import { costNano } from './prices.js'

/** Workspaces that are remembered, with what was found and until when it counts. */
const known = new Map<string, { exceeded: boolean; until: number }>()
const MAX_KNOWN = 10_000

/**
 * Whether a workspace has spent more in the last hour than its ceiling. Remembered for some
 * seconds, so that a burst of requests asks the ledger once.
 */
export async function spendsTooFast(workspaceId: string, now = Date.now()): Promise<boolean> {
  const found = known.get(workspaceId)
  if (found && found.until > now) return found.exceeded
  const { exceeded } = await wallet.pace(workspaceId, new Date(now))
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(workspaceId, { exceeded, until: now + remembered.rememberMs })
  return exceeded
}

/** The class whose models stand in above the ceiling. */
export const CHEAPEST_CLASS: RequestClass = 'simple'

/**
 * The route of a request above the hourly ceiling: the model on the box first, then the models
 * of the cheapest class by their price. Null when the class is already answered by the cheapest
 * one: then nothing changes, its price included.
 */
export function cheaperRoute(requestClass: RequestClass): [Candidate, ...Candidate[]] | null {
  const [usual] = candidatesOf(requestClass)
  const [first, ...others] = candidatesOf(CHEAPEST_CLASS).sort((a, b) => costOf(a) - costOf(b))
  if (!usual || !first || costOf(first) >= costOf(usual)) return null
  return [first, ...others]
}

/** A request of the usual shape; only the order of models depends on it. */
const USUAL: ProviderUsage = {
  ...{ promptTokens: 1_000, completionTokens: 400 },
  ...{ cachedTokens: 0, cacheWriteTokens: 0 },
}

/** Nano-USD; a server of one's own has no price by the token and costs as little as the box. */
function costOf({ provider, model }: Candidate): number {
  return provider.name === 'local' ? 0 : (costNano(model, USUAL) ?? 0)
}
