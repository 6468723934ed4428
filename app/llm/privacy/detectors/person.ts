import type { Detector, Span } from '../entities.js'
import { firstNameKind } from '../first_names.js'

const WORD = String.raw`\p{Lu}[\p{L}]*(?:['’-]\p{L}+)*`
const PARTICLE = String.raw`(?:de|du|des|d['’]|le|la|van|von|der|den|zu|di|da|del|della|dos|bin|ben|al|el|y|O['’]|Mc|Mac)`
/** Two words and more may stand between: initials and particles. */
const SEPARATOR = String.raw`[ \u00A0](?:${PARTICLE}[ \u00A0]?){0,2}(?:\p{Lu}\.?[ \u00A0]){0,2}`
const NAME = String.raw`(?:${PARTICLE}[ \u00A0]?){0,2}${WORD}(?:${SEPARATOR}${WORD}){0,2}`

const TITLES = String.raw`(?:M\.|MM\.|Mme|Mmes|Mlle|Monsieur|Madame|Mademoiselle|Mr\.?|Mrs\.?|Ms\.?|Miss|Mister|Sir|Dr\.?|Docteur|Doctor|Pr\.?|Prof\.?|Professeur|Professor|Ma[îi]tre|Me|Herrn?|Frau|Sig\.(?:ra)?|Signora?|Sr\.?|Sra\.?|Señora?|Don|Doña)`
const AFTER_TITLE = new RegExp(
  String.raw`(?<!\p{L})(?i:${TITLES})[ \u00A0](?<value>${NAME})`,
  'dgu'
)

/** Phrases after which a name comes, in any case of its first letter. */
const INTRODUCTIONS = String.raw`(?:je m['’]appelle|je me nomme|mon nom (?:complet )?(?:est|c['’]est)|mon pr[ée]nom est|ici|my (?:full |first |last )?name is|my name['’]s|name\s?:|this is|speaking to|nom(?: complet)?\s?:|pr[ée]nom\s?:|client(?:e)?\s?:|customer\s?:|contact\s?:|signed|sign[ée]|au nom de|under (?:the name(?: of)?|my \w+['’]s name)|last name(?: is|\?)|surname(?: is|\?|\s?:)|nom de famille(?: est|\s?:)|parler (?:à|avec)|speak (?:to|with)|follow up with|was called|s['’]appelle|assistant(?:e)? (?:to|de)|coll[èe]gue|colleague|ich hei(?:ß|ss)e|mein name ist|mi chiamo|il mio nome [èe]|me llamo|mi nombre es)`
const AFTER_INTRODUCTION = new RegExp(
  String.raw`(?<!\p{L})(?i:${INTRODUCTIONS})\s+(?<value>${NAME})`,
  'dgu'
)
const GREETINGS = String.raw`(?:bonjour|bonsoir|salut|cher|ch[èe]re|merci|hello|hi|hey|dear|thanks|thank you|hallo|lieber?|ciao|cara?o?|hola|estimad[oa]|querid[oa])`
const AFTER_GREETING = new RegExp(
  String.raw`(?<!\p{L})(?i:${GREETINGS}),?[ ](?<value>${NAME})(?=[\s,!.:;]|$)`,
  'dgu'
)
const CLOSINGS = String.raw`(?:cordialement|bien à vous|sincèrement|amicalement|merci|best regards|kind regards|regards|best|sincerely|yours|cheers|mit freundlichen grüßen|viele grüße|cordiali saluti|saludos|un saludo)`
const AFTER_CLOSING = new RegExp(
  String.raw`(?<!\p{L})(?i:${CLOSINGS})[,.! ]*\n\s*(?<value>${NAME})(?=\s*(?:\n|$|,))`,
  'dgu'
)
const CAPITALISED_RUN = new RegExp(
  String.raw`(?<![\p{L}\p{N}])${WORD}(?:${SEPARATOR}${WORD}){0,3}(?!\p{L})`,
  'gu'
)
/** People write their own name in lower case; then only known first names count. */
const LOWER_CASE_INTRODUCTION = new RegExp(
  String.raw`(?<!\p{L})(?i:je m['’]appelle|mon nom est|my name is|my name['’]s|ich hei(?:ß|ss)e|mi chiamo|me llamo)\s+(?<value>\p{Ll}[\p{L}-]+(?: \p{L}[\p{L}'’-]+)?)`,
  'dgu'
)

const IS_PARTICLE = /^(?:De|Du|Des|Le|La|Les|Van|Von|Der|Den|Di|Da|Del|Della|Dos|El|Al|Ben|Bin)$/u

/** Words that start sentences or greetings and are no names. */
const NO_NAMES = new Set(
  'Do Does Did Is Are Was Were Have Has Had Madame Monsieur Mademoiselle Bonjour Bonsoir Merci Hello Hi Dear Team Sir Support Service Client Customer Cher Chère All Everyone Tous Toutes The This That Votre Notre Je Vous Nous Il Elle On Please Could Can What Where When Why How Est Avez Quel Quelle Pouvez Comment Pourquoi Où Et Mais Donc Si Oui Non Yes No Ok Okay'.split(
    ' '
  )
)

/** Names of people: after titles, introductions, greetings and closings, and by known first names. */
export const findPersons: Detector = (text) => {
  const spans: Span[] = []
  const add = (expression: RegExp, needsFirstName: boolean) => {
    for (const match of text.matchAll(expression)) {
      const [start, end] = match.indices!.groups!.value!
      const value = text.slice(start, end)
      const first = firstWord(value)
      if (NO_NAMES.has(first)) continue
      if (needsFirstName && !firstNameKind(first)) continue
      spans.push({ start, end, kind: 'PERSON' })
    }
  }
  add(AFTER_TITLE, false)
  add(AFTER_INTRODUCTION, false)
  add(AFTER_GREETING, true)
  add(AFTER_CLOSING, false)
  add(LOWER_CASE_INTRODUCTION, true)
  for (const match of text.matchAll(CAPITALISED_RUN)) {
    const span = namedRun(match[0], match.index)
    if (span) spans.push(span)
  }
  return spans
}

/** The part of a run of capitalised words that starts with a known first name. */
function namedRun(run: string, at: number): Span | null {
  const words = [...run.matchAll(/[\p{L}'’-]+\.?/gu)].filter(({ 0: word }) => /^\p{Lu}/u.test(word))
  for (const [index, { 0: word, index: offset }] of words.entries()) {
    const kind = firstNameKind(word.replace(/['’]s$/, ''))
    if (!kind || NO_NAMES.has(word)) continue
    const next = words.slice(index + 1).find(({ 0: other }) => other.replace('.', '').length > 1)
    if (next && (kind === 'certain' || word !== word.toUpperCase())) {
      const end = lastNameEnd(words.slice(index + 1, index + 4))
      return { start: at + offset, end: at + end, kind: 'PERSON' }
    }
    const before = words[index - 1]
    // DUPONT Jean, as forms and civil servants write it.
    const certain = kind === 'certain'
    if (certain && before && before[0].length > 1 && before[0] === before[0].toUpperCase()) {
      return { start: at + before.index, end: at + offset + word.length, kind: 'PERSON' }
    }
    // A short word in capitals is an abbreviation.
    if (certain && (word.length > 4 || word !== word.toUpperCase())) {
      const length = word.replace(/['’]s$/, '').length
      return { start: at + offset, end: at + offset + length, kind: 'PERSON' }
    }
  }
  return null
}

function lastNameEnd(words: RegExpExecArray[] | RegExpMatchArray[]): number {
  // Initials and particles may stand between; the surname is the first whole word after them.
  const surname =
    words.find(({ 0: word }) => word.replace('.', '').length > 1 && !IS_PARTICLE.test(word)) ??
    words[0]!
  const name = surname[0].replace(/['’]s$/, '')
  return surname.index! + name.length
}

function firstWord(value: string): string {
  return value.split(/[ \u00A0]/)[0]!.replace(/['’]s$/, '')
}
