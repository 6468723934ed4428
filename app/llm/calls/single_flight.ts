import type { ModelResult } from '#app/llm/types'

const flights = new Map<string, Promise<ModelResult>>()

/**
 * One call for identical requests at the same time. The first one is made; the others wait for
 * it, and for its failure too. When its reader left or refused the answer, which says nothing
 * about the others, each of them goes its own way.
 *
 * @param landed what a waiting request makes of the first one's answer
 */
export async function singleFlight(
  key: string,
  fly: () => Promise<ModelResult>,
  landed: (result: ModelResult & { ok: true }) => Promise<ModelResult>
): Promise<ModelResult> {
  const first = flights.get(key)
  if (!first) {
    const flight = fly().finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }
  const result = await first.catch(() => null)
  if (result?.ok && !result.cut && result.toolCalls.length === 0) return landed(result)
  if (result && !result.ok && isAboutTheModel(result)) return result
  return fly()
}

function isAboutTheModel(result: ModelResult & { ok: false }): boolean {
  if (result.reason !== 'provider_failed') return false
  return result.code !== 'aborted' && result.code !== 'rejected'
}
