import { randomUUIDv7 } from 'node:crypto'
import { deadlines, outputTokensOfClass } from '#config/llm'
import type { RequestClass } from '#wallet'
import { classifyRequest } from '#app/llm/classify/classify_request'
import { candidatesOf, type Candidate } from '#app/llm/routing/candidates'
import { stripHiddenCharacters } from '#app/llm/safety/hidden_characters'
import type { StreamRequest } from '#app/llm/types'
import { estimateTokens } from './estimate_tokens.js'

/** What is known about a call before anybody is asked. */
export interface PreparedCall {
  callId: string
  request: StreamRequest
  class: RequestClass
  /** Never empty; the first one is the model that is asked for. */
  candidates: [Candidate, ...Candidate[]]
  maxOutputTokens: number
  /** An estimate, for the hold and for attempts that end without a report. */
  promptTokens: number
  deadlineMs: number
  firstSignMs: number
  startedAt: number
}

/** Null when no model is connected for such a request. */
export function prepareCall(input: StreamRequest): PreparedCall | null {
  const request = {
    ...input,
    messages: input.messages.map((m) => ({ ...m, text: stripHiddenCharacters(m.text) })),
  }
  const requestClass =
    input.class === 'decide'
      ? classifyRequest(input.purpose, request.messages.at(-1)?.text ?? '')
      : input.class
  const [first, ...others] = candidatesOf(requestClass)
  if (!first) return null
  const limits = deadlines[requestClass]
  const deadlineMs = Math.min(input.deadlineMs ?? Infinity, limits.totalMs)
  return {
    callId: randomUUIDv7(),
    request,
    class: requestClass,
    candidates: [first, ...others],
    maxOutputTokens: input.maxOutputTokens ?? outputTokensOfClass[requestClass],
    promptTokens: estimatePrompt(request),
    deadlineMs,
    firstSignMs: Math.min(limits.firstSignMs, deadlineMs),
    startedAt: performance.now(),
  }
}

function estimatePrompt({ system, messages, tools, schema }: StreamRequest): number {
  const words = messages.map(({ text }) => text).join('\n')
  const shapes = tools || schema ? JSON.stringify([tools, schema]) : ''
  return estimateTokens(system) + estimateTokens(words) + estimateTokens(shapes)
}
