import { plain } from '#app/sales_agent/catalog/search/plain'

/** What a visitor said about money. Amounts in cents of whatever currency the shop uses. */
export interface PriceLimits {
  minCents: number | null
  maxCents: number | null
  /** "Around 30": wished price; near ones are preferred. */
  targetCents: number | null
  sort: 'cheapest' | 'priciest' | null
  /** Prefers low prices without asking for the lowest. */
  cheap: boolean
  /** Every amount that the visitor named; an answer may repeat them. */
  namedCents: number[]
}

const NUMBER = String.raw`(\d{1,3}(?:[ .,\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)\s?(k\b)?`
const SIGN = String.raw`(?:€|eur(?:os?)?\b|\$|usd\b|dollars?\b|bucks?\b|£|gbp\b|pounds?\b|quid\b|chf\b|francs?\b|balles\b)`
const BEFORE = String.raw`(?:[€$£]\s?)?`
/** Numbers followed by these are measures, not prices. */
const UNIT = String.raw`(?!\s?(?:l|litres?|liters?|ml|cl|cm|mm|m|km|kg|g|gr|grammes?|grams?|w|watts?|v|mah|ah|gb|go|to|tb|h|heures?|hours?|min|minutes?|jours?|days?|ans?|years?|mois|months?|places?|personnes?|persons?|people|pers|°|%|pouces?|inch(?:es)?|"|lumens?|degr\w*|\d+|[.,]\d+)\b)(?!\s?[°%"])`

const LOW = String.raw`(?:moins de|moins que|a moins de|en dessous de|au[- ]dessous de|en[- ]dessous de|inferieurs? a|sous(?: les)?|pas plus de|pas au[- ]dessus de|max(?:imum|i)?(?: de)?|jusqu'?a|budget(?: max\w*)?(?: est)?(?: de| d'environ| of| is|:)?|plafond de|ne depasse pas|sans depasser|under|below|less than|lower than|cheaper than|up to|no more than|not more than|at most|max\.?|within|not over|below|beneath|<=?)`
const HIGH = String.raw`(?:plus de|plus que|a plus de|au[- ]dessus de|superieurs? a|au moins|a partir de|des|minimum|min\.?|over|above|more than|at least|upwards of|starting (?:at|from)|from|>=?)`
const NEAR = String.raw`(?:around|about|approx(?:imately)?\.?|roughly|circa|near|environ|autour de|aux alentours de|vers(?: les)?|dans les|a peu pres|~)`

const WORDS: Record<string, number> = {
  ten: 10, fifteen: 15, twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70,
  eighty: 80, ninety: 90, hundred: 100, dix: 10, quinze: 15, vingt: 20, trente: 30,
  quarante: 40, cinquante: 50, soixante: 60, quatre_vingts: 80, cent: 100, mille: 1000,
  thousand: 1000,
} // prettier-ignore

/** Reads price limits from a message and returns them with the text that is left. */
export function readPriceLimits(text: string): { limits: PriceLimits; rest: string } {
  const limits: PriceLimits = {
    minCents: null,
    maxCents: null,
    targetCents: null,
    sort: null,
    cheap: false,
    namedCents: [],
  }
  let rest = spellOut(plain(text).replaceAll('’', "'"))
  const take = (pattern: string, use: (amounts: number[]) => void) => {
    rest = rest.replace(new RegExp(pattern, 'u'), (_match, ...groups) => {
      const amounts: number[] = []
      for (
        let index = 0;
        index + 1 < groups.length && typeof groups[index] !== 'number';
        index += 2
      ) {
        if (groups[index] !== undefined) amounts.push(toCents(groups[index], groups[index + 1]))
      }
      limits.namedCents.push(...amounts)
      use(amounts)
      return ' '
    })
  }
  const between = ([a, b]: number[]) => {
    if (a === undefined || b === undefined) return
    limits.minCents = Math.min(a, b)
    limits.maxCents = Math.max(a, b)
  }
  const low = ([a]: number[]) => void (limits.maxCents ??= a ?? null)
  const high = ([a]: number[]) => void (limits.minCents ??= a ?? null)
  const near = ([a]: number[]) => void (limits.targetCents ??= a ?? null)

  take(
    String.raw`(?:entre|between)\s+${BEFORE}${NUMBER}\s?${SIGN}?\s?(?:et|and|-|a|to)\s?${BEFORE}${NUMBER}${UNIT}\s?${SIGN}?`,
    between
  )
  take(
    String.raw`(?:de|from)\s+${BEFORE}${NUMBER}\s?${SIGN}?\s?(?:a|to|-)\s?${BEFORE}${NUMBER}\s?${SIGN}`,
    between
  )
  take(String.raw`[€$£]\s?${NUMBER}\s?(?:-|to|a)\s?[€$£]?\s?${NUMBER}`, between)
  take(String.raw`\b${NUMBER}\s?(?:-|a|to)\s?${NUMBER}\s?${SIGN}`, between)
  take(String.raw`(?:^|[^\w])${LOW}\s*${BEFORE}${NUMBER}${UNIT}\s?${SIGN}?`, low)
  take(
    String.raw`${BEFORE}\b${NUMBER}\s?${SIGN}?\s?(?:max(?:imum|i)?\b|ou moins|or less|or under|tops\b|grand max\w*)`,
    low
  )
  take(String.raw`(?:^|[^\w])${HIGH}\s*(?:[€$£]\s?${NUMBER}|${NUMBER}\s?${SIGN})`, high)
  take(String.raw`(?:^|[^\w])${HIGH}\s*${NUMBER}(?=\s*(?:$|[?!.,;]))`, high)
  take(String.raw`(?:^|[^\w])${NEAR}\s*(?:[€$£]\s?${NUMBER}|${NUMBER}\s?${SIGN})`, near)
  take(
    String.raw`(?:i have|i've got|j'ai|avec|with|spend|depenser|mettre)\s+(?:only |que )?(?:[€$£]\s?${NUMBER}|${NUMBER}\s?${SIGN})`,
    low
  )
  take(String.raw`(?:[€$£]\s?${NUMBER}|\b${NUMBER}\s?${SIGN})`, near)
  if (limits.targetCents === null && limits.maxCents === null) {
    take(
      String.raw`(?:^|[^\w])(?:autour de|aux alentours de|dans les|around)\s*${NUMBER}${UNIT}`,
      near
    )
  }

  const strip = (pattern: RegExp, use: () => void) => {
    if (!pattern.test(rest)) return
    use()
    rest = rest.replace(pattern, ' ')
  }
  strip(
    /\b(?:(?:le|la|les|l)\s+)?(?:moins\s+cher(?:e|s|es)?|plus\s+abordables?|plus\s+economiques?|meilleur\s+marche|premier\s+prix|prix\s+(?:le\s+plus\s+bas|minimum))\b|\b(?:cheapest|least\s+expensive|lowest[\s-]+pric\w+|(?:(?:any|some)thing )?(?:cheaper|less\s+expensive)|most\s+affordable|lowest\s+cost|best\s+price)\b/u,
    () => (limits.sort = 'cheapest')
  )
  strip(
    /\b(?:(?:le|la|les)\s+)?plus\s+cher(?:e|s|es)?\b|\b(?:most\s+expensive|priciest|highest\s+price)\b/u,
    () => (limits.sort = 'priciest')
  )
  strip(
    /\b(?:pas\s+(?:trop\s+)?cher(?:e|s|es)?|bon\s+marche|petit\s+(?:prix|budget)|economiques?|abordables?|cheap|inexpensive|affordable|low[\s-]cost|budget|not\s+(?:too\s+)?expensive)\b/u,
    () => (limits.cheap = true)
  )
  return { limits, rest }
}

/** Tells whether anything about money was said that filters or sorts. */
export function hasLimits(limits: PriceLimits): boolean {
  return limits.minCents !== null || limits.maxCents !== null || limits.targetCents !== null
}

function toCents(digits: string, kilo?: string): number {
  let text = digits.replace(/[ \u00a0\u202f]/g, '')
  const decimals = /[.,](\d{1,2})$/.exec(text)
  text = decimals ? text.slice(0, -decimals[0].length) : text
  const units = Number(text.replace(/[.,]/g, ''))
  const cents = decimals ? Number(decimals[1]!.padEnd(2, '0')) : 0
  return (units * 100 + cents) * (kilo ? 1000 : 1)
}

/** "Fifty euros" and "cinquante euros" in digits. */
function spellOut(text: string): string {
  return text
    .replace(/\bquatre[- ]vingts?\b/g, '80')
    .replace(/\b(two|three|four|five|deux|trois|quatre|cinq) (?:hundred|cents?)\b/g, (_m, word) => {
      const digit = { two: 2, three: 3, four: 4, five: 5, deux: 2, trois: 3, quatre: 4, cinq: 5 }
      return String(digit[word as keyof typeof digit] * 100)
    })
    .replace(
      /\b([a-z]+)(?=\s?(?:€|euros?\b|\$|dollars?\b|bucks\b|£|pounds?\b|quid\b|balles\b))/g,
      (word) => (word in WORDS ? String(WORDS[word]) : word)
    )
}
