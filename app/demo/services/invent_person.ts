import string from '@adonisjs/core/helpers/string'
import { COMPANIES, FIRST_NAMES, LAST_NAMES, MAIL_DOMAIN } from '#app/demo/data/people'
import type { DemoLocale } from '#app/demo/services/demo_answers'
import type { SeededRandom } from '#shared/random'

export interface DemoPerson {
  name: string
  email: string
  company: string | null
}

/** Invents a person whose address is theirs alone. */
export function inventPerson(locale: DemoLocale, serial: number, random: SeededRandom): DemoPerson {
  const first = random.pick<string>(FIRST_NAMES[locale])
  const last = random.pick<string>(LAST_NAMES[locale])
  const mailbox = string.slug(`${first} ${last}`, { lower: true, strict: true }).replace('-', '.')
  return {
    name: `${first} ${last}`,
    email: `${mailbox}${serial}@${MAIL_DOMAIN}`,
    company: random.chance(0.25) ? random.pick<string>(COMPANIES) : null,
  }
}
