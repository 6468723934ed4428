import { cleanLine, cleanUrl } from '#app/sales_agent/catalog/import/clean_text'

/** Most tags, images and variants kept of one product. */
const MAX_TAGS = 60
const MAX_IMAGES = 40

/** Tags of a cell, split at any of the separators. */
export function readTags(cell: string, separators = /[,;|]/): string[] {
  const tags = cell
    .split(separators)
    .map(cleanLine)
    .filter((tag) => tag !== '')
  return [...new Set(tags)].slice(0, MAX_TAGS)
}

/** Addresses of pictures in a cell. */
export function readImages(cell: string): { url: string; alt: string | null }[] {
  const urls = cell
    .split(/[;|\s]+|,(?=\s*https?:)/)
    .map((each) => cleanUrl(each.replace(/,$/, '')))
    .filter((url): url is string => url !== null)
  return [...new Set(urls)].slice(0, MAX_IMAGES).map((url) => ({ url, alt: null }))
}

/** "Clothing > Shirts, Sale" and "shirts; sale": the deepest, first category. */
export function readCategory(cell: string): string {
  const all = cell
    .split(/[,;|](?![^>]*\\)/)
    .map(cleanLine)
    .filter((each) => each !== '')
  return all.reduce(
    (best, each) => (each.split('>').length > best.split('>').length ? each : best),
    all[0] ?? ''
  )
}

export function yes(cell: string): boolean {
  return /^(?:1|true|yes|oui|vrai|y|o|active?|actif|published|publie)$/i.test(cell.trim())
}

export function no(cell: string): boolean {
  return /^(?:0|-1|false|no|non|faux|n|inactive|inactif|draft|brouillon)$/i.test(cell.trim())
}
