const formats = new Map<string, Intl.NumberFormat>()

/** A number format of `Intl`, made once: making one costs more than a hundred uses. */
export function numberFormat(
  locale: string,
  options: Intl.NumberFormatOptions = {}
): Intl.NumberFormat {
  const key = `${locale}:${JSON.stringify(options)}`
  let format = formats.get(key)
  if (!format) formats.set(key, (format = new Intl.NumberFormat(locale, options)))
  return format
}
