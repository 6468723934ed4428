import type { CallActor, ModelResult, RequestClass } from '#app/llm/types'
import { llm } from './llm.js'

const SYSTEM =
  'You are the assistant of a small business. Answer in the language of the request, to the point. When you do not know, say so.'

export interface Question {
  workspaceId: string
  /** `llm.ask` on the page, `llm.api` by API. */
  purpose: 'llm.ask' | 'llm.api'
  prompt: string
  class: RequestClass | 'decide'
  actor: CallActor
}

/** One question to a model, outside any conversation. */
export function askAssistant({ prompt, ...question }: Question): Promise<ModelResult> {
  return llm.complete({ ...question, system: SYSTEM, messages: [{ role: 'user', text: prompt }] })
}
