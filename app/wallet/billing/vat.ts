import { euVat } from 'stdnum'
import { vatRates } from '#config/vat'

/** Why a price carries this rate; each has its sentence on the invoice. */
export type VatTreatment = 'domestic' | 'reverse_charge' | 'destination' | 'outside' | 'exempt'

export interface Vat {
  treatment: VatTreatment
  /** Hundredths of a percent: 2000 is 20 %. */
  basisPoints: number
}

export interface VatParty {
  /** ISO 3166-1 alpha-2. */
  country: string | null
  vatId: string | null
}

export const EU_COUNTRIES = Object.keys(vatRates).sort()

/** The standard rate of a country of the Union on a day, in basis points. */
export function vatRateOf(country: string, on: Date): number {
  const day = on.toISOString().slice(0, 10)
  const rates = vatRates[country] ?? []
  return rates.findLast((rate) => rate.from <= day)?.basisPoints ?? 0
}

/**
 * VAT on a service that is supplied electronically from the seller to the customer: the seller's
 * rate at home, none when a business elsewhere in the Union accounts for it (Directive
 * 2006/112/EC, articles 44 and 196), the customer's rate for other people of the Union (article
 * 58, one-stop shop), none outside. A seller without a VAT number charges none.
 */
export function vatFor(seller: VatParty | null, customer: VatParty | null, on: Date): Vat {
  if (!seller?.vatId || !seller.country) return { treatment: 'exempt', basisPoints: 0 }
  const country = customer?.country ?? seller.country
  if (country === seller.country) {
    return { treatment: 'domestic', basisPoints: vatRateOf(country, on) }
  }
  if (!EU_COUNTRIES.includes(country)) return { treatment: 'outside', basisPoints: 0 }
  if (customer?.vatId) return { treatment: 'reverse_charge', basisPoints: 0 }
  return { treatment: 'destination', basisPoints: vatRateOf(country, on) }
}

/** VAT on a net amount in cents, rounded half up once per invoice. */
export function vatOnNet(netCents: number, basisPoints: number): number {
  return Math.round((netCents * basisPoints) / 10_000)
}

/** Net part of a gross amount in cents. */
export function netOfGross(grossCents: number, basisPoints: number): number {
  return Math.round((grossCents * 10_000) / (10_000 + basisPoints))
}

/**
 * A VAT number in its written form (`FR40303265045`), or null when its check digits or its
 * country are wrong. Whether the number is in use, only VIES could say.
 */
export function normaliseVatId(country: string, value: string): string | null {
  if (!EU_COUNTRIES.includes(country)) return null
  // Greece writes EL before its numbers.
  const prefix = country === 'GR' ? 'EL' : country
  const bare = value.toUpperCase().replace(/[\s.\-/]/g, '')
  const digits = bare.startsWith(prefix) ? bare.slice(prefix.length) : bare
  const known = (euVat[country] ?? []).some((validator) =>
    [digits, prefix + digits].some((text) => validator.validate(text).isValid)
  )
  return known ? prefix + digits : null
}
