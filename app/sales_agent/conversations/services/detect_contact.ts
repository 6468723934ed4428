import { findPhoneNumbersInText, type CountryCode } from 'libphonenumber-js'
import type { SpokenLocale } from '#app/sales_agent/conversations/types'

export interface ContactDetails {
  name: string | null
  email: string | null
  /** E.164, e.g. `+33612345678`. */
  phone: string | null
  /** What the visitor said beside their contact details, '' when nothing of substance. */
  rest: string
}

const EMAIL =
  /[\p{L}\p{N}](?:[\p{L}\p{N}._%+'-]{0,62}[\p{L}\p{N}_+-])?@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,4}\p{L}{2,24}/u

/** Countries whose national form is tried when a number has no country code. */
const COUNTRIES: Record<SpokenLocale, CountryCode[]> = {
  fr: ['FR', 'BE', 'CH'],
  en: ['FR', 'GB', 'US'],
}

const INTRODUCTION =
  /(?:je\s+m['’]\s?appelle|mon\s+(?:nom|prénom|prenom)\s+est|je\s+me\s+nomme|moi\s+c['’]est|my\s+name\s+is|my\s+name['’]s|i\s+am\s+called|i['’]m\s+called)\s+/iu

/** "Contactez-moi : Paul Durand, …": a full name right after the request is whose it is. */
const NAME_AFTER_REQUEST =
  /(?:(?:re)?contactez|r?appelez|[ée]crivez|joignez)[-\s]moi\s*[:,]?\s+(\p{Lu}[\p{L}'’-]+(?:\s\p{Lu}[\p{L}'’-]+){1,2})|(?:contact|call|reach|write\s+to)\s+me\s*[:,]\s*(\p{Lu}[\p{L}'’-]+(?:\s\p{Lu}[\p{L}'’-]+){1,2})/u

/** Words before digits that are a reference and no phone number. */
const REFERENCE_BEFORE =
  /(?<![\p{L}])(?:orders?|commandes?|r[ée]f(?:[ée]rences?|erences?)?|facture|invoice|ean|code|sku|parcel|colis|tracking|suivi)[\s.:#]*(?:n[°o]|number|num[ée]ro)?[\s.:#]*$/iu

/** Words that end a name. */
const AFTER_A_NAME = new Set(
  'et and mon ma mes my je j i pour from de du à a at mail email e-mail tel tél phone vous you can pouvez call contact voici here le la the is est'.split(
    ' '
  )
)

/** Two or three words that could be a name. */
const CAPITALISED = /\p{Lu}[\p{L}'’-]+(?:\s\p{Lu}[\p{L}'’-]+){1,2}/gu

/** Words around contact details that carry no question of their own. */
const FILLER =
  /(?<![\p{L}])(?:bonjour|salut|hello|hi|hey|merci|thanks?|thank\s+you|please|svp|s['’]il\s+(?:vous|te)\s+pla[iî]t|contactez|contacter|contact|recontactez|recontacter|(?:m['’])?[ée]cri(?:re|vez|s)|rappelez|rappeler|recontacter|(?:m['’])?appeler|(?:me\s+)?tél[ée]phoner|appelez|appeler|joindre|joignable|pouvez|peux|peut|voici|vous|moi|nous|me|mon|ma|mes|my|is|est|at|au|à|a|sur|par|e-?mails?|mails?|courriels?|adresse|address|téléphone|telephone|tél|tel|portable|mobile|phone|number|numéro|numero|call|reach|write|text|send|email|you|can|could|here|it['’]?s|c['’]est|on|to|by|le|la|les|the|ou|or|et|and|je|suis|i|am|us|back|avec|with|prénom|prenom|nom|name|m['’]|d['’]|de|in|order|que|so|that|d['’]accord|ok|okay|oui|yes)(?![\p{L}])/giu

/**
 * Finds the contact details that a visitor wrote in free text, for instance "contact me at
 * ann@example.com" or "je m'appelle Paul, 06 12 34 56 78". Null when there are none.
 */
export function detectContact(text: string, locale: SpokenLocale): ContactDetails | null {
  const email = EMAIL.exec(text)?.[0] ?? null
  const withoutEmail = email ? text.replace(email, ' , ') : text
  const phone = findPhone(withoutEmail, locale)
  const name = findName(text) ?? nameIn(email, withoutEmail)
  if (!email && !phone && !name) return null
  const rest = restOf(phone ? withoutEmail.replace(phone.written, ' , ') : withoutEmail, name)
  return { name, email: email?.toLowerCase() ?? null, phone: phone?.e164 ?? null, rest }
}

function findPhone(text: string, locale: SpokenLocale): { e164: string; written: string } | null {
  for (const country of COUNTRIES[locale]) {
    for (const found of findPhoneNumbersInText(text, country)) {
      const written = text.slice(found.startsAt, found.endsAt)
      const isReference = REFERENCE_BEFORE.test(text.slice(0, found.startsAt))
      const looksLikeOne = /^[+(0]/.test(written) || /\d[\s.()-]+\d/.test(written)
      if (looksLikeOne && !isReference) return { e164: found.number.number, written }
    }
  }
  return null
}

function findName(text: string): string | null {
  const introduction = INTRODUCTION.exec(text)
  if (!introduction) {
    // Capital letters decide, so only the request itself may begin with either.
    const request = NAME_AFTER_REQUEST.exec(
      text.replace(/^\p{Lu}/u, (first) => first.toLowerCase())
    )
    return request?.[1] ?? request?.[2] ?? null
  }
  const words: string[] = []
  for (const word of text.slice(introduction.index + introduction[0].length).split(/\s+/)) {
    const bare = /^[\p{L}][\p{L}'’-]*/u.exec(word)?.[0]
    if (!bare || AFTER_A_NAME.has(bare.toLowerCase())) break
    // After the first word, only capitalised words belong to the name: "my name is ann and …".
    if (words.length > 0 && !/^\p{Lu}/u.test(bare)) break
    words.push(bare.charAt(0).toUpperCase() + bare.slice(1))
    if (bare.length !== word.length || words.length === 3) break
  }
  return words.length > 0 ? words.join(' ') : null
}

/** "Léa Dupont, lea.dupont@example.com": a name that the address repeats needs no introduction. */
function nameIn(email: string | null, text: string): string | null {
  const address = email === null ? '' : plain(email.slice(0, email.indexOf('@')))
  for (const [name] of text.matchAll(CAPITALISED)) {
    const words = plain(name).split(/[\s'’-]+/)
    if (words.some((word) => word.length > 2 && address.includes(word))) return name
  }
  return null
}

/** Lower case, without accents. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

function restOf(text: string, name: string | null): string {
  let rest = text.replace(INTRODUCTION, ' ')
  if (name) rest = rest.replace(new RegExp(escapeForRegExp(name), 'i'), ' ')
  return rest
    .replace(/\s+/g, ' ')
    .replace(/(?:\s*[,;:.])+/g, (marks) => marks.trim().slice(-1))
    .split(/(?<=[.!?…;,])\s+/)
    .filter(hasSubstance)
    .join(' ')
    .replace(/^[\s,;:.]+|[\s,;:]+$/g, '')
}

/** Whether a part of a message says more than "please contact me at". */
function hasSubstance(part: string): boolean {
  return /[\p{L}\p{N}]{2,}/u.test(part.replace(FILLER, ' '))
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
