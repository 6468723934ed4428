/** Makes the header usable as keys: trimmed, unique, and blanks named by their position. */
export function cleanHeaders(values: string[]): string[] {
  const seen = new Map<string, number>()
  return values.map((value, index) => {
    const name = value.replace(/^\uFEFF/, '').trim() || `#${index + 1}`
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  })
}

/**
 * Folds a header so that spellings compare equal: case, accents, punctuation and camel case
 * disappear (`Prénom`, `PRENOM`, `first_name`, `FirstName` → `prenom`, `prenom`, `first name`…).
 */
export function foldHeader(header: string): string {
  return header
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^\p{L}\p{N}#]+/gu, ' ')
    .trim()
}
