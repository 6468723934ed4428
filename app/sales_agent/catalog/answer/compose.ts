import i18nManager from '@adonisjs/i18n/services/main'
import { formatCents } from '#shared/money'
import type { ProductCard } from '#app/sales_agent/catalog/answer/cards'
import type { PriceLimits } from '#app/sales_agent/catalog/answer/price_limits'

/** Stock below which an answer tells how many are left. */
const FEW_LEFT = 5

/** Sentences that ask for the visitor's address. */
const ASKING_CONTACT = new Set(['leave_contact_stock', 'not_sold.0', 'not_sold.1', 'human'])

/** Sentences of the grounded engine. Figures come from the cards only. */
export class Composer {
  readonly #t: (key: string, data?: Record<string, unknown>) => string

  constructor(
    readonly locale: string,
    /** Picks one of several wordings; stable for one message. */
    private readonly seed: number,
    /** Says that the team has the visitor's address instead of asking for it. */
    knowsContact = false
  ) {
    const i18n = i18nManager.locale(locale)
    this.#t = (key, data) => {
      const known = knowsContact && ASKING_CONTACT.has(key)
      return i18n.t(`catalog.answer.${known ? `known.${key}` : key}`, data)
    }
  }

  plain(key: string, data: Record<string, unknown> = {}): string {
    return this.#t(key, data)
  }

  money(card: Pick<ProductCard, 'price' | 'currency'>, price = card.price): string {
    return formatCents(Math.round(Number(price) * 100), card.currency, this.locale)
  }

  limit(cents: number, currency: string): string {
    return new Intl.NumberFormat(this.locale, {
      style: 'currency',
      currency,
      minimumFractionDigits: cents % 100 === 0 ? 0 : 2,
    }).format(cents / 100)
  }

  /** "Tent X (blue)" */
  name(card: ProductCard): string {
    return card.variantLabel ? `${card.title} (${card.variantLabel})` : card.title
  }

  stock(card: ProductCard): string {
    if (!card.available) return this.#t('stock.none')
    if (card.stock === null) return this.#t('stock.yes')
    return card.stock <= FEW_LEFT
      ? this.#t('stock.few', { count: card.stock })
      : this.#t('stock.many', { count: card.stock })
  }

  products(cards: ProductCard[], limits: PriceLimits): string {
    const [first, ...others] = cards as [ProductCard, ...ProductCard[]]
    const data = { title: this.name(first), price: this.money(first), stock: this.stock(first) }
    const sentences = []
    if (limits.sort === 'cheapest') sentences.push(this.#t('cheapest', data))
    else if (limits.sort === 'priciest') sentences.push(this.#t('priciest', data))
    else sentences.push(this.#t(`found.${this.seed % 3}`, data))
    if (!first.available && !others.some((card) => card.available))
      sentences.push(this.#t('leave_contact_stock'))
    if (others.length > 0) {
      const list = others
        .slice(0, 3)
        .map((card) => this.#t('item', { title: this.name(card), price: this.money(card) }))
      sentences.push(this.#t(`others.${this.seed % 2}`, { list: this.list(list) }))
    }
    return sentences.join(' ')
  }

  /** What was said of the product, in the visitor's words, and none of those shown has. */
  lacking(asked: string[]): string {
    const list = asked.map((each) => this.#t('quoted', { words: each }))
    return this.#t('lacking', { list: this.list(list) })
  }

  price(cards: ProductCard[]): string {
    const first = cards[0]!
    const prices = [...new Set(first.variants.map((variant) => Number(variant.price)))]
    const lowest = Math.min(...prices)
    const highest = Math.max(...prices)
    if (!first.variantLabel && highest > lowest) {
      return this.#t('price_range', {
        title: this.name(first),
        from: this.money(first, lowest.toFixed(2)),
        to: this.money(first, highest.toFixed(2)),
        stock: this.stock(first),
      })
    }
    const data = { title: this.name(first), price: this.money(first), stock: this.stock(first) }
    return this.#t('price', data)
  }

  availability(cards: ProductCard[]): string {
    const first = cards[0]!
    const data = { title: this.name(first), price: this.money(first), stock: this.stock(first) }
    if (first.available) return this.#t('available', data)
    const other = cards.slice(1).find((card) => card.available)
    const inOther = first.variants.filter((variant) => variant.available && variant.label)
    const sentences = [this.#t('unavailable', data)]
    if (first.variantLabel && inOther.length > 0) {
      const list = [...new Set(inOther.map((variant) => variant.label))].slice(0, 5)
      sentences.push(this.#t('other_variants', { list: this.list(list) }))
    } else if (other) {
      sentences.push(this.#t('instead', { title: this.name(other), price: this.money(other) }))
    } else sentences.push(this.#t('leave_contact_stock'))
    return sentences.join(' ')
  }

  /** The product exists, but not in the colour or size that was asked for. */
  lacksOption(card: ProductCard): string {
    const labels = card.variants.filter((variant) => variant.available && variant.label)
    const list = [...new Set(labels.map((variant) => variant.label))].slice(0, 6)
    const data = { title: this.name(card), price: this.money(card) }
    if (list.length === 0) return this.#t('lacks_option', data)
    return `${this.#t('lacks_option', data)} ${this.#t('other_variants', { list: this.list(list) })}`
  }

  compare(cards: ProductCard[], details: string[]): string {
    const lines = cards.map((card, index) =>
      this.#t('compare_line', {
        title: this.name(card),
        price: this.money(card),
        stock: this.stock(card),
        details: details[index] ? `. ${details[index]}` : '',
      })
    )
    return `${this.#t('compare')} ${lines.join(' ')}`
  }

  /** For a visitor who named no product. */
  browse(cards: ProductCard[]): string {
    const list = cards.map((card) =>
      this.#t('item', { title: this.name(card), price: this.money(card) })
    )
    return this.#t('browse', { list: this.list(list) })
  }

  list(items: string[]): string {
    return new Intl.ListFormat(this.locale, { type: 'conjunction' }).format(items)
  }
}
