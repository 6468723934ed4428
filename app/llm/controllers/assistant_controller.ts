import type { HttpContext } from '@adonisjs/core/http'
import { highestPriceOf, priceOf, REQUEST_CLASSES, wallet, type RequestClass } from '#wallet'
import { classifyRequest } from '#app/llm/classify/classify_request'
import { freeRequestsLeft } from '#app/llm/limits/free_requests'
import { askAssistant } from '#app/llm/services/ask_assistant'
import { failureKey } from '#app/llm/services/failure_key'
import { llm } from '#app/llm/services/llm'
import type { ModelResult } from '#app/llm/types'
import {
  assistantPriceValidator,
  assistantRequestValidator,
} from '#app/llm/validators/assistant_request'
import { refreshLocalModel } from '#app/llm/local/local_models'

/** "Ask the assistant": one question, its class and price before and after. */
export default class AssistantController {
  async show(ctx: HttpContext) {
    return this.#page(ctx, {})
  }

  /** The answer comes on the page itself: it is kept nowhere, and asking again is free. */
  async store(ctx: HttpContext) {
    const { request, user, workspace } = ctx
    const input = await request.validateUsing(assistantRequestValidator)
    const result = await askAssistant({
      workspaceId: workspace.id,
      purpose: 'llm.ask',
      prompt: input.prompt,
      class: input.class ?? 'decide',
      actor: { kind: 'user', id: user.id },
    })
    return this.#page(ctx, { ...input, result })
  }

  /** What the question would be and cost, while it is being written. */
  async price({ request, view, workspace }: HttpContext) {
    const input = await request.validateUsing(assistantPriceValidator)
    const free = await freeRequestsLeft(workspace.id)
    return view.render('llm/assistant/price', { price: priceBefore(input), free })
  }

  async #page(
    { view, workspace }: HttpContext,
    asked: { prompt?: string; class?: RequestClass; result?: ModelResult }
  ) {
    await refreshLocalModel()
    const [free, summary] = await Promise.all([
      freeRequestsLeft(workspace.id),
      wallet.summary(workspace.id),
    ])
    const { result } = asked
    return view.render('llm/assistant/show', {
      available: llm.available(),
      classes: REQUEST_CLASSES.map((name) => ({ name, ...rangeOf(name) })),
      availableMicros: summary.usd.availableMicros,
      asked,
      free,
      price: priceBefore(asked),
      failure: result && !result.ok ? failureKey(result) : null,
    })
  }
}

function rangeOf(name: RequestClass) {
  return { from: priceOf(name), to: highestPriceOf(name) }
}

/** By the class that was chosen, or by the one that the words lead to; null without either. */
function priceBefore(question: { prompt?: string; class?: RequestClass }) {
  const { prompt = '', class: chosen } = question
  if (!chosen && !prompt.trim()) return null
  const name = chosen ?? classifyRequest('llm.ask', prompt)
  return { name, chosen: chosen !== undefined, ...rangeOf(name) }
}
