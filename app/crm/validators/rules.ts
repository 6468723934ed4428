import vine from '@vinejs/vine'
import type { FieldContext } from '@vinejs/vine/types'

/** Largest amount that the database keeps: a billion. */
const MAX_CENTS = 100_000_000_000

/**
 * Cents of an amount as people write it (`1 234,50`, `1,234.50`, `1.234,50 €`), or null when it
 * is none. A single comma or point followed by three figures separates thousands.
 */
export function parseAmount(text: string): number | null {
  const bare = text.replace(/[\s\u00A0\u202F€$£']|EUR|USD|CHF|GBP/gi, '')
  if (!/^\d[\d.,]*$/.test(bare)) return null
  const decimal = /[.,](\d{1,2})$/.exec(bare)
  const whole = (decimal ? bare.slice(0, decimal.index) : bare).replace(/[.,]/g, '')
  const cents = Number(whole) * 100 + Number((decimal?.[1] ?? '').padEnd(2, '0'))
  return cents <= MAX_CENTS ? cents : null
}

/** Form field with an amount; the validated value is cents. */
const amount = vine.createRule((value: unknown, _: undefined, field: FieldContext) => {
  if (typeof value !== 'string') return
  const cents = parseAmount(value)
  if (cents === null) field.report('The {{ field }} field must be an amount', 'amount', field)
  else field.mutate(cents as never, field)
})

export const amountField = () => vine.string().use(amount()).optional().nullable()

/** Form field with an optional uuid. */
export const idField = () => vine.string().uuid().optional().nullable()

/** Free text of one line. */
export const lineField = (max: number) => vine.string().trim().maxLength(max)

/** Postgres refuses zero characters; people never mean them. */
export function withoutZeros(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}
