import type { ChatHistoryItem, ChatModelResponse } from 'node-llama-cpp'
import type { ToolCall } from '#app/llm/types'
import type { GenerateOrder } from '../protocol.js'

/** The turns as node-llama-cpp takes them: a tool's call and its result are one entry. */
export function historyOf({ system, messages }: GenerateOrder): ChatHistoryItem[] {
  const results = new Map(
    messages.flatMap((message) =>
      message.role === 'tool' ? [[message.toolCallId, message.text] as const] : []
    )
  )
  const history: ChatHistoryItem[] = system ? [{ type: 'system', text: system }] : []
  for (const message of messages) {
    if (message.role === 'user') history.push({ type: 'user', text: message.text })
    if (message.role === 'assistant') {
      const calls = (message.toolCalls ?? []).map((call) => callOf(call, results))
      history.push({ type: 'model', response: [...(message.text ? [message.text] : []), ...calls] })
    }
  }
  if (history.at(-1)?.type !== 'model') history.push({ type: 'model', response: [] })
  return history
}

function callOf(
  call: ToolCall,
  results: Map<string, string>
): ChatModelResponse['response'][number] {
  return {
    type: 'functionCall',
    name: call.name,
    params: call.arguments,
    result: results.get(call.id) ?? '',
  }
}
