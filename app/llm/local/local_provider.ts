import type { ModelProvider } from '#app/llm/providers/provider'
import { localModel } from './local_model.js'

/** The model that the box runs itself: nothing leaves it. */
export function localProvider(path: string): ModelProvider {
  return {
    name: 'local',
    address: null,
    async call({ model, partition, signal, onDelta, onSign, ...call }) {
      // Loading may take longer than a provider may be silent; the deadline of the call still holds.
      onSign()
      const generated = await localModel().generate(path, { ...call, partition }, signal, onDelta)
      const { promptTokens, completionTokens, finish, toolCalls } = generated
      const usage = { promptTokens, completionTokens, cachedTokens: 0, cacheWriteTokens: 0 }
      return { model, finish, usage, toolCalls }
    },
  }
}
