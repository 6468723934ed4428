import { models, modelsOfClass } from '#config/llm'
import { REQUEST_CLASSES, type RequestClass } from '#wallet'
import type { ModelProvider } from '#app/llm/providers/provider'
import { localModelInUse } from '#app/llm/local/local_models'
import { localProvider } from '#app/llm/local/local_provider'
import { configuredProviders } from './configured.js'

/** A model that may be asked. */
export interface Candidate {
  /** Provider, address and model: what its breaker and its rest after a 429 belong to. */
  key: string
  provider: ModelProvider
  model: string
}

/**
 * The models of a class in the order in which they are asked, each once. Empty when nothing is
 * connected: callers then have their own answer without a model.
 */
export function candidatesOf(requestClass: RequestClass): Candidate[] {
  const external = externalCandidates(requestClass)
  const model = localModelInUse()
  if (!model) return external
  const local = candidateOf(localProvider(model.path), model.name)
  if (model.use === 'everything') return [local]
  const staysHere = model.use === 'hybrid' && LOCAL_CLASSES.includes(requestClass)
  return staysHere ? [local, ...external] : [...external, local]
}

/** What a small model does well enough; the others are worth a provider. */
const LOCAL_CLASSES: readonly RequestClass[] = ['simple', 'standard']

export function hasCandidates(): boolean {
  return REQUEST_CLASSES.some((requestClass) => candidatesOf(requestClass).length > 0)
}

function externalCandidates(requestClass: RequestClass): Candidate[] {
  const providers = configuredProviders()
  const found = new Map<string, Candidate>()
  for (const name of modelsOfClass[requestClass]) {
    const configured = providers[models[name]!.provider]
    if (!configured) continue
    const candidate = candidateOf(configured.provider, configured.model ?? name)
    if (!found.has(candidate.key)) found.set(candidate.key, candidate)
  }
  return [...found.values()]
}

export function candidateOf(provider: ModelProvider, model: string): Candidate {
  return { key: `${provider.name} ${provider.address ?? ''} ${model}`, provider, model }
}
