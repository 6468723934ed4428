import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import env from '#start/env'

/** How the fake answers the next requests. */
export interface FakeBehaviour {
  /** Text of the answer; a function gets the request's body. */
  answer?: string | ((body: FakeRequestBody) => string)
  /** Pieces of the answer; default: words with their spaces. */
  pieces?: string[]
  /** HTTP status of an error instead of an answer. */
  status?: number
  retryAfterSeconds?: number
  /** How many requests get the error before the answer comes. Default: all. */
  failures?: number
  /** Wait before the first word. */
  delayMs?: number
  /** Wait between words. */
  betweenMs?: number
  /** Closes the connection after so many pieces. */
  cutAfter?: number
  finishReason?: string
  usage?: { prompt_tokens: number; completion_tokens: number } | null
  /** Tool call instead of words. */
  tool?: { name: string; json: string }
  /** Parameters that the model does not take: they are answered with OpenAI's own 400. */
  refuses?: string[]
}

export interface FakeRequestBody {
  model: string
  stream: boolean
  stream_options?: { include_usage?: boolean }
  messages: { role: string; content: string }[]
  max_tokens?: number
  temperature?: number
  response_format?: { type: string }
  tools?: { type: string; function: { name: string } }[]
}

/**
 * Local server that speaks the chat completions wire format
 * (https://platform.openai.com/docs/api-reference/chat-streaming): data-only server-sent events,
 * a role chunk first, one usage chunk with empty `choices` at the end, then `[DONE]`.
 */
export class FakeOpenAi {
  readonly requests: { body: FakeRequestBody; authorization: string | undefined }[] = []
  behaviour: FakeBehaviour = {}
  /** Answers whose reader left before the end. */
  abandoned = 0
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  async start(): Promise<string> {
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((closed) => this.#server.close(closed))
  }

  async #serve(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as FakeRequestBody
    this.requests.push({ body, authorization: request.headers.authorization })
    const behaviour = this.behaviour
    if (request.url !== '/v1/chat/completions') return void response.writeHead(404).end()
    const refused = behaviour.refuses?.find((name) => name in body)
    if (refused) return refuse(response, refused)
    if (behaviour.status && (behaviour.failures === undefined || behaviour.failures-- > 0)) {
      return fail(response, behaviour)
    }
    if (behaviour.delayMs) await sleep(behaviour.delayMs)
    await this.#stream(response, body, behaviour)
  }

  async #stream(response: ServerResponse, body: FakeRequestBody, behaviour: FakeBehaviour) {
    const id = `chatcmpl-${this.requests.length}`
    const send = (choices: object[], extra: object = {}) => {
      const chunk = {
        id,
        object: 'chat.completion.chunk',
        created: Math.floor(Date.now() / 1000),
        model: body.model,
        choices,
        ...extra,
      }
      response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.on('close', () => void (response.writableEnded || this.abandoned++))
    send([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }])
    const { tool } = behaviour
    const pieces = tool ? [] : (behaviour.pieces ?? split(textOf(behaviour, body)))
    for (const [index, content] of pieces.entries()) {
      if (response.destroyed) return
      if (behaviour.cutAfter === index) return void response.destroy()
      send([{ index: 0, delta: { content }, finish_reason: null }])
      if (behaviour.betweenMs) await sleep(behaviour.betweenMs)
    }
    for (const [index, part] of (tool?.json.match(/[\s\S]{1,7}/g) ?? []).entries()) {
      const first = index === 0 ? { id: 'call_1', type: 'function' } : {}
      const name = index === 0 ? { name: tool!.name } : {}
      const call = { index: 0, ...first, function: { ...name, arguments: part } }
      send([{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }])
    }
    send([{ index: 0, delta: {}, finish_reason: behaviour.finishReason ?? 'stop' }])
    const usage =
      behaviour.usage === undefined
        ? { prompt_tokens: 120, completion_tokens: pieces.length }
        : behaviour.usage
    if (body.stream_options?.include_usage && usage) {
      send([], {
        usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens },
      })
    }
    response.end('data: [DONE]\n\n')
  }
}

function textOf({ answer }: FakeBehaviour, body: FakeRequestBody): string {
  if (typeof answer === 'function') return answer(body)
  return answer ?? 'Hello from the model.'
}

function split(text: string): string[] {
  return text.match(/\S+\s*/g) ?? []
}

function fail(response: ServerResponse, behaviour: FakeBehaviour) {
  response.writeHead(behaviour.status!, {
    'content-type': 'application/json',
    ...(behaviour.retryAfterSeconds ? { 'retry-after': String(behaviour.retryAfterSeconds) } : {}),
  })
  const error = { message: 'The fake refuses', type: 'server_error', param: null, code: null }
  response.end(JSON.stringify({ error }))
}

/** As recorded from the API for parameters that a model does not know. */
function refuse(response: ServerResponse, param: string) {
  const message = `Unsupported parameter: '${param}' is not supported with this model.`
  response.writeHead(400, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify({
      error: { message, type: 'invalid_request_error', param, code: 'unsupported_parameter' },
    })
  )
}

function sleep(ms: number) {
  return new Promise((done) => setTimeout(done, ms))
}

/** Starts the fake and makes it the active provider until `stop` is called. */
export async function givenAFakeProvider(behaviour: FakeBehaviour = {}) {
  const fake = new FakeOpenAi()
  fake.behaviour = behaviour
  env.set('OPENAI_BASE_URL', await fake.start())
  env.set('OPENAI_MODEL', 'gpt-6-luna')
  return {
    fake,
    async stop() {
      env.set('OPENAI_BASE_URL', '')
      env.set('OPENAI_MODEL', '')
      await fake.stop()
    },
  }
}
