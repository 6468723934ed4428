/** Lower case without accents and ligatures: the form in which words are compared. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
}

/**
 * Words and numbers of a text in the form of `plain`: "T-shirt d'été 1,7 L" becomes
 * `t`, `shirt`, `d`, `ete`, `1.7`, `l`.
 */
export function tokenize(text: string): string[] {
  const tokens = plain(text).match(/\d+(?:[.,]\d+)?|[\p{L}]+/gu) ?? []
  return tokens.map((token) => (/^\d/.test(token) ? token.replace(',', '.') : token))
}
