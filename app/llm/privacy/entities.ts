/** What is replaced before a text leaves the box; the words of the placeholders, the surest first. */
export const ENTITY_KINDS = [
  'EMAIL',
  'KEY',
  'IP',
  'IBAN',
  'NIR',
  'SIRET',
  'CARD',
  'VAT',
  'SSN',
  'SIREN',
  'PHONE',
  'PLATE',
  'BIRTHDATE',
  'ADDRESS',
  'PERSON',
  'COMPANY',
] as const
export type EntityKind = (typeof ENTITY_KINDS)[number]

/** A stretch [start, end) of a text, in UTF-16 code units. */
export interface Span {
  start: number
  end: number
  kind: EntityKind
}

export type Detector = (text: string) => Span[]

/** The span of the match, or of its group `value` when the expression has one (flag `d`). */
export function spanOf(match: RegExpExecArray, kind: EntityKind): Span {
  const [start, end] = match.indices?.groups?.value ?? [match.index, match.index + match[0].length]
  return { start, end, kind }
}

/** Every match of a global expression, as long as `accept` agrees. */
export function spansOf(
  text: string,
  expression: RegExp,
  kind: EntityKind,
  accept: (match: RegExpExecArray) => boolean = () => true
): Span[] {
  const spans: Span[] = []
  for (const match of text.matchAll(expression)) {
    if (accept(match)) spans.push(spanOf(match, kind))
  }
  return spans
}
