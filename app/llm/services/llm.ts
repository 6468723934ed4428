import type { ModelRequest, ModelResult, StreamRequest } from '#app/llm/types'
import { RunModelRequest } from '#app/llm/calls/run_model_request'
import { useLocalModel } from '#app/llm/local/local_models'
import { hasCandidates } from '#app/llm/routing/candidates'

/** The gateway: every model call of the box goes through here, and so through the wallet. */
export const llm = {
  /** Whether a model is connected. Says nothing about its health. */
  available(): boolean {
    return hasCandidates()
  },

  /** Answers piece by piece through `onToken`; resolves when the answer is complete and paid. */
  stream(request: StreamRequest): Promise<ModelResult> {
    return new RunModelRequest().handle(request)
  },

  /**
   * Makes a GGUF on the box the model that answers simple and standard requests. For the box's
   * operator only: every workspace is answered by it.
   */
  useLocalModel,

  /** Answers in one piece. */
  complete(request: ModelRequest): Promise<ModelResult> {
    return new RunModelRequest().handle({ ...request, onToken: undefined })
  },
}
