import type { HttpContext } from '@adonisjs/core/http'
import {
  E_FAIR_USE,
  E_INSUFFICIENT_CREDIT,
  E_NO_PROVIDER,
  E_PROVIDER_FAILED,
} from '#app/llm/errors'
import { askAssistant } from '#app/llm/services/ask_assistant'
import { assistantRequestValidator } from '#app/llm/validators/assistant_request'

/** One question to a model, `POST /api/v1/assistant/requests`. */
export default class ApiAssistantController {
  async store({ request, response, workspace }: HttpContext) {
    const input = await request.validateUsing(assistantRequestValidator)
    const result = await askAssistant({
      workspaceId: workspace.id,
      purpose: 'llm.api',
      class: input.class ?? 'decide',
      prompt: input.prompt,
      actor: { kind: 'api_key' },
    })
    if (result.ok) {
      const { text, priceMicros, cached, free, model, callId } = result
      return response.json({
        answer: text,
        class: result.class,
        priceMicros,
        cached,
        free,
        model,
        callId,
      })
    }
    switch (result.reason) {
      case 'no_provider':
        throw new E_NO_PROVIDER()
      case 'insufficient_credit':
        throw new E_INSUFFICIENT_CREDIT([result.availableMicros])
      case 'rate_limited': {
        const { limit, retryAfterSeconds } = result
        throw Object.assign(new E_FAIR_USE([limit, retryAfterSeconds]), { retryAfterSeconds })
      }
      case 'provider_failed':
        throw new E_PROVIDER_FAILED([result.code])
    }
  }
}
