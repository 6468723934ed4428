import { type Detector, type Span, spansOf } from '../entities.js'

/** Keys and tokens whose form is known, and secrets that the words before them announce. */
const SECRETS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<![\w-])(?:sk|pk|rk|whsec)[_-](?:live|test|proj|ant)?[\w-]{16,200}/g,
  /(?<![\w-])(?:AKIA|ASIA)[A-Z0-9]{16}(?!\w)/g,
  /(?<![\w-])(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|hf_|npm_|shpat_|shpss_|ck_|cs_)[\w-]{16,255}/g,
  /(?<![\w-])AIza[\w-]{35}/g,
  /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g,
  /(?:mot de passe|mdp|password|passwd|passwort|contraseña|api[ _-]?key|cl[ée] (?:d['’])?api|token|secret)\s*(?:is|est|:|=)\s*(?<value>[^\s,;"'<>]{6,200})/dgiu,
]

const IPV4 =
  /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.]*\d)/g
const IPV6 = /(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,4}(?![\w:])/gi

export const findSecrets: Detector = (text) => {
  return SECRETS.flatMap((form): Span[] => spansOf(text, form, 'KEY'))
}

export const findAddressesOfMachines: Detector = (text) => [
  ...spansOf(text, IPV4, 'IP'),
  ...(text.includes(':') ? spansOf(text, IPV6, 'IP') : []),
]

/** Current French plates (AA-123-AA since 2009) and the old departmental form. */
const PLATES = [
  /(?<![\p{L}\p{N}])[A-HJ-NP-TV-Z]{2}[- ]\d{3}[- ][A-HJ-NP-TV-Z]{2}(?![\p{L}\p{N}])/gu,
  /(?<![\p{L}\p{N}])\d{2,4} [A-HJ-NP-TV-Z]{2,3} (?:\d{2}|2[AB])(?![\p{L}\p{N}])/gu,
]

export const findPlates: Detector = (text) => {
  return PLATES.flatMap((form) => spansOf(text, form, 'PLATE'))
}

const DATE = String.raw`(?:\d{1,2}[/.\- ](?:\d{1,2}|\p{L}{3,9}\.?)[/.\- ,]{1,2}\d{2,4}|\d{4}-\d{2}-\d{2}|\p{L}{3,9} \d{1,2},? \d{4})`
const BIRTH_DATE = new RegExp(
  String.raw`(?:n[ée]e?s? le|date de naissance|naissance|born(?: on)?|birth ?date|date of birth|d\.?o\.?b\.?|geboren(?: am)?|nat[oa] il|naci[óo] el)\s*(?:is|est|:|=)?\s*(?<value>${DATE})`,
  'dgiu'
)

export const findBirthDates: Detector = (text) => spansOf(text, BIRTH_DATE, 'BIRTHDATE')
