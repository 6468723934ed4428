import type { ApiClient, ApiResponse } from '@japa/api-client'
import { Workspace, type User } from '#accounts'

/** An open event stream never ends; what it has sent by then is not looked at. */
const PATIENCE_MS = 4_000
/** Requests per key before a new one is made: the walk is longer than the rate limit allows. */
const REQUESTS_PER_KEY = 300

export interface Answer {
  status: number
  text: string
  location: string
  /** The response went on for too long: an event stream. */
  stream: boolean
}

/** The box broke. A model that nobody has connected is not a failure. */
export function hasFailed({ status, text }: Answer): boolean {
  return status >= 500 && !(status === 503 && text.includes('E_NO_PROVIDER'))
}

export type Fields = Record<string, unknown>

/** Sends requests as one person or one key, or as nobody. */
export class Walker {
  #sent = 0
  #key: string | null = null

  constructor(
    private readonly client: ApiClient,
    private readonly as: { user?: User; workspace?: Workspace } = {}
  ) {}

  async send(method: string, address: string, fields?: Fields): Promise<Answer> {
    const isApi = address.startsWith('/api/')
    let request = this.client.request(address, method).redirects(0).timeout(PATIENCE_MS)
    if (isApi && this.as.workspace) request = request.bearerToken(await this.#freshKey())
    else if (!isApi) {
      if (this.as.user) request = request.loginAs(this.as.user)
      if (method !== 'GET') request = request.withCsrfToken()
      request = request.header('accept', 'text/html')
    }
    if (method !== 'GET' && fields) request = isApi ? request.json(fields) : request.form(fields)
    try {
      return answerOf(await request)
    } catch (error) {
      if ((error as { code?: string }).code !== 'ECONNABORTED') throw error
      return { status: 200, text: '', location: '', stream: true }
    }
  }

  async #freshKey(): Promise<string> {
    if (this.#key && this.#sent++ < REQUESTS_PER_KEY) return this.#key
    this.#sent = 0
    const token = await Workspace.apiKeys.create(this.as.workspace!, ['*'], { name: 'walk' })
    this.#key = token.value!.release()
    return this.#key
  }
}

function answerOf(response: ApiResponse): Answer {
  const body: unknown = response.hasBody() ? response.body() : undefined
  return {
    status: response.status(),
    text: response.text() || (body === undefined ? '' : JSON.stringify(body)),
    location: String(response.header('location') ?? ''),
    stream: false,
  }
}
