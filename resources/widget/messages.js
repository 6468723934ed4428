// The list of messages: bubbles and product cards.
class Messages {
  constructor(t, locale) {
    this.t = t
    this.locale = locale
    this.seen = new Set()
    this.lastId = null
    this.node = el('div', {
      'class': 'log',
      'role': 'log',
      'aria-label': t('log'),
      'aria-live': 'polite',
      'tabindex': '0',
    })
  }

  // Shows a message once; `clientId` is the one under which this browser sent it.
  show({ id, clientId, role, text, products = [] }) {
    if ((id && this.seen.has(id)) || (clientId && this.seen.has(clientId))) {
      this.remember(id)
      return null
    }
    this.remember(id)
    if (clientId) this.seen.add(clientId)
    const bubble = this.bubble(role)
    bubble.text(text)
    bubble.cards(products)
    return bubble
  }

  remember(id) {
    if (!id) return
    this.seen.add(id)
    if (!this.lastId || id > this.lastId) this.lastId = id
  }

  // A message that can still grow.
  bubble(role) {
    const words = el('p')
    const who = role === 'visitor' ? this.t('you') : role === 'human' ? this.t('person') : this.name
    const node = el('div', { class: `message ${role}` }, el('span', { class: 'who' }, who), words)
    this.node.append(node)
    this.bottom()
    return {
      node,
      text: (text) => {
        words.textContent = text
        words.classList.remove('typing')
        this.follow(node)
      },
      typing: (text) => {
        words.textContent = text
        words.classList.add('typing')
      },
      cards: (products) => {
        if (products.length === 0) return
        node.append(el('ul', { class: 'cards' }, ...products.map((card) => this.card(card))))
        this.follow(node)
      },
      failed: (text, retry) => {
        const again = el(
          'button',
          { type: 'button', onclick: () => (line.remove(), retry()) },
          this.t('retry')
        )
        const line = el('div', { class: 'error', role: 'alert' }, `${text} `, again)
        node.append(line)
        this.bottom()
      },
    }
  }

  card(product) {
    const money = (amount) =>
      new Intl.NumberFormat(this.locale, { style: 'currency', currency: product.currency }).format(
        amount
      )
    const title = product.url
      ? el('a', { href: product.url, target: '_blank', rel: 'noopener' }, product.title)
      : product.title
    const old = product.compareAtPrice ? el('s', {}, money(product.compareAtPrice)) : null
    // A picture that the page's rules or the shop's server refuse leaves no hole.
    const image = product.image
      ? el('img', {
          src: product.image,
          alt: '',
          loading: 'lazy',
          onerror: (event) => event.target.remove(),
        })
      : null
    const details = el(
      'div',
      {},
      el('strong', {}, title),
      product.variantLabel ? el('span', { class: 'stock' }, product.variantLabel, el('br')) : null,
      el('span', { class: 'price' }, money(product.price), old),
      el('br'),
      el('span', { class: 'stock' }, this.stock(product))
    )
    return el('li', { class: 'card' }, image, details)
  }

  stock({ available, stock }) {
    if (!available) return this.t('outOfStock')
    return stock !== null && stock <= FEW ? this.t('left', { count: stock }) : this.t('inStock')
  }

  // While words are coming in, screen readers wait and then read the whole answer.
  busy(busy) {
    this.node.setAttribute('aria-busy', String(busy))
  }

  bottom() {
    this.node.scrollTop = this.node.scrollHeight
  }

  // Scrolls down, but never past the beginning of the newest message: people read from there.
  follow(message) {
    this.node.scrollTop = message.offsetTop - this.node.offsetTop - 12
  }
}
