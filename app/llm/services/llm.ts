import type { ModelRequest, ModelResult, StreamRequest } from '#app/llm/types'
import { activeProvider } from './active_provider.js'
import { RunModelRequest } from './run_request.js'

/** The gateway: every model call of the box goes through here, and so through the wallet. */
export const llm = {
  /** Whether a provider is configured. Says nothing about its health. */
  available(): boolean {
    return activeProvider() !== null
  },

  /** Answers piece by piece through `onToken`; resolves when the answer is complete and paid. */
  stream(request: StreamRequest): Promise<ModelResult> {
    return new RunModelRequest().handle(request)
  },

  /** Answers in one piece. */
  complete(request: ModelRequest): Promise<ModelResult> {
    return new RunModelRequest().handle({ ...request, onToken: undefined })
  },
}
