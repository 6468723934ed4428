/** What a form-encoded body says: texts in nested objects and lists. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue }

/** Decodes `items[0][price]=x&metadata[a]=b`, the encoding of Stripe's requests. */
export function decodeForm(text: string): Record<string, FormValue> {
  const root: Record<string, FormValue> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split(/[[\]]+/).filter((part, index) => part !== '' || index === 0)
    let at = root as Record<string, FormValue>
    path.forEach((part, index) => {
      if (index === path.length - 1) at[part] = value
      else at = (at[part] ??= {}) as Record<string, FormValue>
    })
  }
  return listsOf(root) as Record<string, FormValue>
}

/** Objects whose keys count from 0 are lists. */
function listsOf(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, listsOf(inner)] as const)
  const isList = entries.length > 0 && entries.every(([key], index) => key === String(index))
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
}
