import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import env from '#start/env'

export interface FakeAnthropicBehaviour {
  answer?: string
  /** HTTP status of an error instead of an answer. */
  status?: number
  retryAfterSeconds?: number
  /** How many requests get the error before the answer comes. Default: all. */
  failures?: number
  betweenMs?: number
  /** Closes the connection after so many pieces. */
  cutAfter?: number
  stopReason?: string
  /** Tool call instead of words. */
  tool?: { name: string; json: string }
  usage?: { input: number; cacheRead?: number; cacheWrite?: number; output?: number }
  /** Parameters that the model does not take: they are answered with the API's own 400. */
  refuses?: string[]
}

export interface AnthropicRequestBody {
  model: string
  stream: boolean
  max_tokens: number
  system?: string
  messages: { role: string; content: unknown }[]
  temperature?: number
  output_config?: { format?: { type: string; schema: object } }
  tools?: { name: string; input_schema: object }[]
}

/**
 * Local server that speaks the Messages API's wire format
 * (https://platform.claude.com/docs/en/api/messages-streaming): named server-sent events, the
 * prompt's tokens in `message_start`, the answer's, cumulative, in `message_delta`.
 */
export class FakeAnthropic {
  readonly requests: { body: AnthropicRequestBody; key: string | undefined }[] = []
  behaviour: FakeAnthropicBehaviour = {}
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  async start(): Promise<string> {
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((closed) => this.#server.close(closed))
  }

  async #serve(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (request.url !== '/v1/messages') return void response.writeHead(404).end()
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as AnthropicRequestBody
    // The client sends its key as a bearer token; curl examples use `x-api-key`.
    const key = request.headers['x-api-key'] ?? request.headers.authorization?.slice(7)
    this.requests.push({ body, key: key as string | undefined })
    const { behaviour } = this
    const refused = behaviour.refuses?.find((name) => name in body)
    if (refused) {
      const message = `${refused}: this model does not support the parameter`
      return fail(response, 400, 'invalid_request_error', message)
    }
    if (behaviour.status && (behaviour.failures === undefined || behaviour.failures-- > 0)) {
      const headers: Record<string, string> = behaviour.retryAfterSeconds
        ? { 'retry-after': String(behaviour.retryAfterSeconds) }
        : {}
      return fail(response, behaviour.status, 'api_error', 'The fake refuses', headers)
    }
    await this.#stream(response, body, behaviour)
  }

  async #stream(
    response: ServerResponse,
    body: AnthropicRequestBody,
    behaviour: FakeAnthropicBehaviour
  ) {
    const send = (type: string, data: object) =>
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
    const { tool } = behaviour
    const text = behaviour.answer ?? 'Hello from Claude.'
    const pieces = tool ? (tool.json.match(/[\s\S]{1,7}/g) ?? []) : (text.match(/\S+\s*/g) ?? [])
    const usage = behaviour.usage ?? { input: 100 }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    send('message_start', {
      message: {
        ...{ id: `msg_${this.requests.length}`, type: 'message', role: 'assistant', content: [] },
        ...{ model: body.model, stop_reason: null, stop_sequence: null },
        usage: {
          input_tokens: usage.input,
          cache_read_input_tokens: usage.cacheRead ?? 0,
          cache_creation_input_tokens: usage.cacheWrite ?? 0,
          output_tokens: 1,
        },
      },
    })
    send('content_block_start', {
      index: 0,
      content_block: tool
        ? { type: 'tool_use', id: 'toolu_1', name: tool.name, input: {} }
        : { type: 'text', text: '' },
    })
    send('ping', {})
    for (const [index, piece] of pieces.entries()) {
      if (response.destroyed) return
      if (behaviour.cutAfter === index) return void response.destroy()
      const delta = tool
        ? { type: 'input_json_delta', partial_json: piece }
        : { type: 'text_delta', text: piece }
      send('content_block_delta', { index: 0, delta })
      if (behaviour.betweenMs) await new Promise((done) => setTimeout(done, behaviour.betweenMs))
    }
    send('content_block_stop', { index: 0 })
    const stop = behaviour.stopReason ?? (tool ? 'tool_use' : 'end_turn')
    send('message_delta', {
      delta: { stop_reason: stop, stop_sequence: null },
      usage: { output_tokens: usage.output ?? pieces.length },
    })
    send('message_stop', {})
    response.end()
  }
}

function fail(
  response: ServerResponse,
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {}
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify({ type: 'error', error: { type, message } }))
}

/** Starts the fake and makes it the Anthropic of the box until `stop` is called. */
export async function givenAFakeAnthropic(behaviour: FakeAnthropicBehaviour = {}) {
  const fake = new FakeAnthropic()
  fake.behaviour = behaviour
  env.set('ANTHROPIC_BASE_URL', await fake.start())
  env.set('ANTHROPIC_API_KEY', 'sk-ant-test')
  return {
    fake,
    async stop() {
      env.set('ANTHROPIC_BASE_URL', '')
      env.set('ANTHROPIC_API_KEY', '')
      await fake.stop()
    },
  }
}
