/*
 * Messages of the validator in the reader's language: VineJS takes them from i18n through the
 * provider of the current request (see detect_locale_middleware).
 */
export {}
