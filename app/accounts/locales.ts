/** Languages of the portal. */
export const LOCALES = ['en', 'fr'] as const

export type Locale = (typeof LOCALES)[number]

export function isLocale(value: unknown): value is Locale {
  return (LOCALES as readonly unknown[]).includes(value)
}

/** Plain text and readable by scripts: the widget and the page's own code ask for it. */
export const LOCALE_COOKIE_OPTIONS = { encode: false, httpOnly: false, maxAge: '1y' } as const
