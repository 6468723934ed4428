import i18nManager from '@adonisjs/i18n/services/main'

/** Why a row was rejected, in the reader's language. */
export function describeRejection(
  rejection: { reason: string; data: { [name: string]: string } },
  locale: string
): string {
  return i18nManager
    .locale(locale)
    .t(`catalog.rejected.${rejection.reason}`, { ...EMPTY, ...rejection.data })
}

/** Why a whole file was refused, in the reader's language. */
export function describeImportFailure(
  failure: { reason: string; data: { [name: string]: string } },
  locale: string
): string {
  return i18nManager
    .locale(locale)
    .t(`catalog.failure.${failure.reason}`, { ...EMPTY, ...failure.data })
}

/** Parameters that a message may use. */
const EMPTY = { value: '', line: '', handle: '', parent: '', columns: '', limit: '' }
