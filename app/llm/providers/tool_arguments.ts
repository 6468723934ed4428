import { ProviderFailure } from './provider_failure.js'

/** Arguments of a tool call as models write them. @throws ProviderFailure when they are no JSON. */
export function parseArguments(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ProviderFailure('invalid_output', error)
  }
}
