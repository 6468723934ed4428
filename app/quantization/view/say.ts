import type { I18n } from '@adonisjs/i18n'

export interface Sayable {
  code: string
  message: string
  params: Record<string, string | number>
}

/**
 * A note or failure of the GPU process in the reader's language. One that has no translation yet
 * is told in the English that came with it.
 */
export function say(i18n: Pick<I18n, 't'>, told: Sayable): string {
  const kind = told.code.startsWith('E_') ? 'failure' : 'note'
  return i18n.t(`quantization.${kind}.${told.code}`, told.params, told.message)
}
