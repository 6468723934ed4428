import env from '#start/env'
import { anthropicProvider } from '#app/llm/providers/anthropic'
import { openAiProvider } from '#app/llm/providers/openai'
import type { ModelProvider } from '#app/llm/providers/provider'

export interface ConfiguredProvider {
  provider: ModelProvider
  hasKey: boolean
  /** Another server that speaks the provider's protocol. */
  own: boolean
  /** One model for all classes, or null for the models of the routes. */
  model: string | null
}

export interface ConfiguredProviders {
  openai: ConfiguredProvider | null
  anthropic: ConfiguredProvider | null
}

let known: { settings: string; providers: ConfiguredProviders } | null = null

/**
 * The external providers that the environment names. They are made once, so that their
 * connections are kept open between calls.
 */
export function configuredProviders(): ConfiguredProviders {
  const openai = settingsOf('OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_MODEL')
  const anthropic = settingsOf('ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_MODEL')
  const settings = JSON.stringify([openai, anthropic])
  if (known?.settings !== settings) {
    known = {
      settings,
      providers: {
        openai: openai && { ...openai, provider: openAiProvider(openai) },
        anthropic: anthropic && { ...anthropic, provider: anthropicProvider(anthropic) },
      },
    }
  }
  return known.providers
}

type Name = 'OPENAI' | 'ANTHROPIC'

/** A custom address needs no key: servers on the own network often have none. */
function settingsOf(key: `${Name}_API_KEY`, url: `${Name}_BASE_URL`, model: `${Name}_MODEL`) {
  const apiKey = env.get(key) || null
  const baseUrl = env.get(url) || null
  if (!apiKey && !baseUrl) return null
  return {
    apiKey,
    baseUrl,
    hasKey: apiKey !== null,
    own: baseUrl !== null,
    model: env.get(model) || null,
  }
}
