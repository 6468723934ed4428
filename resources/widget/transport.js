// Calls to the box. A visitor is a signed token in this browser's storage; no cookies.
class CallFailed extends Error {
  constructor(status, seconds) {
    super(`HTTP ${status}`)
    this.status = status
    this.seconds = seconds
  }
}

class Transport {
  constructor(base, key) {
    this.base = `${base}/widget/v1`
    this.key = key
    this.slot = `comptoir:${key}`
  }

  // Storage may be closed (private windows, strict settings): the visitor then lasts one page.
  get token() {
    try {
      return localStorage.getItem(this.slot) || this.memory
    } catch {
      return this.memory
    }
  }

  set token(token) {
    this.memory = token
    try {
      localStorage.setItem(this.slot, token)
    } catch {}
  }

  forget() {
    this.memory = null
    try {
      localStorage.removeItem(this.slot)
    } catch {}
  }

  async session(locale, visit) {
    const response = await this.call('/session', { key: this.key, locale, visit })
    const session = await response.json()
    this.token = session.token
    return session
  }

  async history(after) {
    const response = await this.call(`/history${after ? `?after=${after}` : ''}`)
    return response.json()
  }

  async contact(form) {
    const response = await this.call('/contact', form)
    return response.json()
  }

  // Sends a message and hands over each event of the answer as it comes.
  async send(message, onEvent) {
    const response = await this.call('/messages', message, 'text/event-stream')
    const reader = response.body.getReader()
    const decoder = new TextDecoder()
    let text = ''
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      text += decoder.decode(value, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop()
      for (const block of blocks) {
        const name = /^event: (.*)$/m.exec(block)
        const data = /^data: (.*)$/m.exec(block)
        if (name && data) onEvent(name[1], JSON.parse(data[1]))
      }
    }
  }

  async call(path, body, accept = 'application/json') {
    const headers = { accept }
    if (this.token) headers.authorization = `Bearer ${this.token}`
    if (body) headers['content-type'] = 'application/json'
    const response = await fetch(this.base + path, {
      method: body ? 'POST' : 'GET',
      headers,
      body: body && JSON.stringify(body),
      credentials: 'omit',
    })
    if (!response.ok) {
      throw new CallFailed(response.status, Number(response.headers.get('retry-after')) || 30)
    }
    return response
  }
}
