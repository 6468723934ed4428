// Ties the parts together: session, launcher, sending, news from a person of the team.
const POLL_OPEN_MS = 4000
const POLL_QUIET_MS = 20000
// How long an answer is waited for after the connection broke.
const RECOVER_TRIES = 8

const script = document.currentScript
const transport = new Transport(new URL(script.src).origin, script.dataset.key || '')
const spoken = script.dataset.locale || document.documentElement.lang || navigator.language || 'en'
const locale = spoken.toLowerCase().startsWith('fr') ? 'fr' : 'en'
const t = translator(locale)

class Widget {
  async start() {
    const session = await this.open(true)
    this.agent = session.agent
    this.messages = new Messages(t, locale)
    this.messages.name = session.agent.name
    this.messages.show({ role: 'agent', text: session.agent.greetings[locale] })
    this.news(session)
    this.panel = new Panel({
      t,
      locale,
      agent: session.agent,
      messages: this.messages,
      onSend: (text) => this.send(text, crypto.randomUUID()),
      onClose: () => this.toggle(false),
      onContact: (form) => this.contact(form),
    })
    this.mount()
    if (script.dataset.open !== undefined) this.toggle(true)
    setInterval(() => this.poll(), POLL_OPEN_MS)
  }

  // A token that this box no longer knows is dropped, and the visitor begins anew.
  async open(visit) {
    try {
      return await transport.session(locale, visit)
    } catch (error) {
      if (error.status !== 401) throw error
      transport.forget()
      return transport.session(locale, visit)
    }
  }

  mount() {
    const host = el('comptoir-widget')
    this.root = host.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(STYLES)
    this.root.adoptedStyleSheets = [sheet]
    host.style.setProperty('--accent', this.agent.colour)
    host.style.setProperty('--on-accent', onColour(this.agent.colour))
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const paint = () =>
      (host.dataset.theme = script.dataset.theme || (dark.matches ? 'dark' : 'light'))
    dark.addEventListener('change', paint)
    paint()
    this.dot = el('span', {
      'class': 'dot',
      'role': 'img',
      'aria-label': t('newMessage'),
      'hidden': true,
    })
    this.launcher = el(
      'button',
      {
        'class': 'launcher',
        'type': 'button',
        'aria-haspopup': 'dialog',
        'aria-expanded': 'false',
        'onclick': () => this.toggle(true),
      },
      icon(BUBBLE),
      t('open', this.agent),
      this.dot
    )
    const root = el('div', { class: 'root', lang: locale }, this.launcher, this.panel.node)
    root.addEventListener('keydown', (event) => {
      if (this.panel.node.hidden) return
      if (event.key === 'Escape') this.toggle(false)
      if (event.key === 'Tab') trapFocus(event, this.root, this.panel.node)
      event.stopPropagation()
    })
    this.root.append(root)
    document.body.append(host)
  }

  toggle(open) {
    this.panel.node.hidden = !open
    this.launcher.hidden = open
    this.launcher.setAttribute('aria-expanded', String(open))
    if (open) {
      this.dot.hidden = true
      this.messages.bottom()
      this.panel.input.focus()
      this.poll(true)
    } else this.launcher.focus()
  }

  // `clientId` stays the same when a message is tried again, so that it is one message.
  async send(text, clientId, mine = this.messages.show({ clientId, role: 'visitor', text })) {
    this.panel.busy(true)
    this.messages.busy(true)
    const answer = this.messages.bubble('agent')
    answer.typing(t('typing', this.agent))
    let words = ''
    let finished = false
    try {
      await transport.send({ text, clientId, locale }, (event, data) => {
        if (event === 'token') answer.text((words += data.text))
        if (event === 'error') throw new CallFailed(503)
        if (event !== 'done') return
        finished = true
        this.finish(answer, data)
      })
      if (!finished) throw new CallFailed(0)
    } catch (error) {
      if (!finished) await this.recover(error, answer, mine, text, clientId)
    }
    this.messages.busy(false)
    this.panel.busy(false)
  }

  finish(answer, { messageId, reply, conversation }) {
    this.messages.remember(messageId)
    this.messages.remember(reply.id)
    this.status = conversation.status
    answer.text(reply.text)
    answer.cards(reply.products)
  }

  // After a broken connection the answer may be there all the same: the box keeps it.
  async recover(error, answer, mine, text, clientId) {
    answer.node.remove()
    const again = () => this.send(text, clientId, mine)
    if (error.status === 429) return mine.failed(t('slow', { seconds: error.seconds }), again)
    if (error.status === 422) return mine.failed(t('tooLong'), again)
    if (error.status === 401) {
      await this.open(false).catch(() => {})
      return mine.failed(t('failed'), again)
    }
    const reached = error instanceof CallFailed
    for (let tries = 0; reached && tries < RECOVER_TRIES; tries++) {
      await new Promise((done) => setTimeout(done, 1500))
      const news = await transport.history(this.messages.lastId).catch(() => null)
      if (!news || news.pending) continue
      const before = this.messages.lastId
      this.news(news)
      if (this.messages.lastId !== before) return
    }
    mine.failed(t(reached ? 'failed' : 'offline'), again)
  }

  news({ messages, status }) {
    this.status = status
    const fresh = messages.filter((message) => this.messages.show(message))
    const fromTeam = fresh.some(({ role }) => role === 'human')
    if (fromTeam && this.panel && this.panel.node.hidden) this.dot.hidden = false
  }

  async poll(now) {
    if (document.hidden || this.panel.sending || !this.messages.lastId) return
    const urgent = this.status === 'handoff' && !this.panel.node.hidden
    const pause = urgent ? POLL_OPEN_MS : POLL_QUIET_MS
    if (!now && Date.now() - (this.polledAt || 0) < pause - 100) return
    this.polledAt = Date.now()
    const news = await transport.history(this.messages.lastId).catch(() => null)
    if (news && !this.panel.sending) this.news(news)
  }

  // Returns what is wrong, or nothing.
  async contact(form) {
    try {
      const { text } = await transport.contact(form)
      this.messages.show({ role: 'agent', text })
    } catch (error) {
      return error.status === 422 ? t('contactWrong') : t('unavailable')
    }
  }
}

const begin = () =>
  new Widget()
    .start()
    .catch((error) => console.warn(`Comptoir: ${t('unavailable')}`, error.message))
if (document.body) begin()
else addEventListener('DOMContentLoaded', begin)
