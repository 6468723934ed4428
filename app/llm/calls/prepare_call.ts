import { randomUUIDv7 } from 'node:crypto'
import { deadlines, outputTokensOfClass } from '#config/llm'
import type { RequestClass } from '#wallet'
import { classifyRequest } from '#app/llm/classify/classify_request'
import { candidatesOf, type Candidate } from '#app/llm/routing/candidates'
import { CHEAPEST_CLASS, cheaperRoute } from '#app/llm/routing/slow_down'
import { stripHiddenCharacters } from '#app/llm/safety/hidden_characters'
import type { StreamRequest } from '#app/llm/types'
import { estimateTokens } from './estimate_tokens.js'

/** What is known about a call before anybody is asked. */
export interface PreparedCall {
  callId: string
  request: StreamRequest
  class: RequestClass
  /** The class that the request would have had below the hourly ceiling, or null. */
  degradedFrom: RequestClass | null
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
    degradedFrom: null,
    candidates: [first, ...others],
    maxOutputTokens: input.maxOutputTokens ?? outputTokensOfClass[requestClass],
    promptTokens: estimatePrompt(request),
    deadlineMs,
    firstSignMs: Math.min(limits.firstSignMs, deadlineMs),
    startedAt: performance.now(),
  }
}

/**
 * The call as it is made above the hourly ceiling: a cheaper model answers at the price of the
 * cheapest class. It may still be as long, and think as long, as its own class allows.
 */
export function degradeCall(call: PreparedCall): PreparedCall {
  const candidates = cheaperRoute(call.class)
  return candidates
    ? { ...call, candidates, class: CHEAPEST_CLASS, degradedFrom: call.class }
    : call
}

function estimatePrompt({ system, messages, tools, schema }: StreamRequest): number {
  const words = messages.map(({ text }) => text).join('\n')
  const shapes = tools || schema ? JSON.stringify([tools, schema]) : ''
  return estimateTokens(system) + estimateTokens(words) + estimateTokens(shapes)
}
