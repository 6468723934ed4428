import { stem } from '#app/sales_agent/catalog/search/stem'

/** Numbers that people write out in front of a unit: "two-person tent". */
export const NUMERALS: Record<string, { [word: string]: string }> = {
  en: {
    two: '2', three: '3', four: '4', five: '5', six: '6', seven: '7', eight: '8', nine: '9',
    ten: '10', twelve: '12',
  },
  fr: {
    deux: '2', trois: '3', quatre: '4', cinq: '5', six: '6', sept: '7', huit: '8', neuf: '9',
    dix: '10', douze: '12',
  },
} // prettier-ignore

/** Words that count people: a sofa with four seats is a four-seater and "4 places". */
const SEATS = new Set(
  'seat seats seater seaters person people persons place places personne personnes pers'.split(' ')
)

/** Tells whether the word counts people when a number stands before it. */
export function countsPeople(word: string): boolean {
  return SEATS.has(word)
}

/** A number with its unit in the form in which measures are compared, in either language. */
export function measure(number: string, unit: string, locale: string): string {
  return `${number} ${countsPeople(unit) ? 'seat' : stem(unit, locale)}`
}
