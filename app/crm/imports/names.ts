/** Splits a full name: `Dupont, Jean`, `DUPONT Jean` and `Jean Dupont` mean the same person. */
export function splitName(name: string): { firstName: string | null; lastName: string | null } {
  const comma = /^([^,]+),\s*([^,]+)$/.exec(name)
  if (comma) return { firstName: comma[2]!.trim(), lastName: comma[1]!.trim() }

  const words = name.split(' ').filter(Boolean)
  if (words.length < 2) return { firstName: words[0] ?? null, lastName: null }

  const capitals = words.filter(isCapitals)
  if (capitals.length > 0 && capitals.length < words.length) {
    return {
      firstName: words.filter((word) => !isCapitals(word)).join(' '),
      lastName: capitals.join(' '),
    }
  }
  return { firstName: words[0]!, lastName: words.slice(1).join(' ') }
}

function isCapitals(word: string): boolean {
  return word.length > 1 && /^[\p{Lu}'’-]+$/u.test(word)
}
