import { detectLocale } from '#app/sales_agent/catalog/answer/locale'
import { tokenize } from '#app/sales_agent/catalog/search/plain'

/** Little words of further languages; they need two more hits than French or English to win. */
const OTHERS: Record<string, Set<string>> = {
  de: new Set(
    'der die das und mit fur nicht ein eine aus ist auf von zum zur den dem aus oder bei'.split(' ')
  ),
  es: new Set(
    'el los las y con para una del que por es muy este esta sin como mas su al'.split(' ')
  ),
  it: new Set(
    'il gli della dello con per una che del di e sono questo questa senza come piu nel alla'.split(
      ' '
    )
  ),
  nl: new Set(
    'het een en van met voor niet zijn deze dit ook op bij naar onze de wordt uit'.split(' ')
  ),
  pt: new Set('os uma com para do da no na que sem mais seu sua pelo pela muito nao'.split(' ')),
}

const SCRIPTS: [RegExp, string][] = [
  [/\p{Script=Hebrew}/u, 'he'],
  [/\p{Script=Arabic}/u, 'ar'],
  [/\p{Script=Cyrillic}/u, 'ru'],
  [/\p{Script=Greek}/u, 'el'],
  [/\p{Script=Hiragana}|\p{Script=Katakana}/u, 'ja'],
  [/\p{Script=Hangul}/u, 'ko'],
  [/\p{Script=Han}/u, 'zh'],
]

/** Language of a product's texts: ISO 639-1, or `fallback` when they do not tell. */
export function detectTextLocale(title: string, description: string, fallback: string): string {
  const text = `${title} ${description.slice(0, 600)}`
  for (const [script, locale] of SCRIPTS) if (script.test(title)) return locale
  const tokens = tokenize(text)
  const hits = (words: Set<string>) => tokens.filter((token) => words.has(token)).length
  const known = detectLocale(text, fallback)
  const own = hits(LITTLE[known] ?? new Set())
  for (const [locale, words] of Object.entries(OTHERS)) {
    const found = new Set(tokens.filter((token) => words.has(token))).size
    if (found >= 3 && hits(words) > own + 2) return locale
  }
  return known
}

const LITTLE: Record<string, Set<string>> = {
  fr: new Set(
    'le la les un une des du de et avec pour en dans sur est a au aux qui que par'.split(' ')
  ),
  en: new Set('the a an of and with for in on is are to by from this that it its'.split(' ')),
}
