/**
 * Whether a page at `origin` may talk to the agent. An empty list allows every page (the state
 * in which a workspace starts); the box's own pages are always allowed.
 *
 * @param origin value of the `Origin` header; absent on requests of the box's own pages
 * @param ownOrigins addresses under which this box is reached
 */
export function originAllowed(
  origin: string | undefined,
  allowed: string[],
  ownOrigins: string[]
): boolean {
  if (allowed.length === 0) return true
  if (!origin) return true
  return allowed.includes(origin) || ownOrigins.includes(origin)
}

/** `https://Shop.example/page` becomes `https://shop.example`; null when it is no web address. */
export function normaliseOrigin(address: string): string | null {
  const written = address.trim()
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(written) ? written : `https://${written}`
  try {
    const url = new URL(withScheme)
    const isWeb = url.protocol === 'https:' || url.protocol === 'http:'
    const isHost = /^(localhost|\[[\da-f:]+\]|[\da-z-]+(\.[\da-z-]+)+)$/i.test(url.hostname)
    return isWeb && isHost ? url.origin : null
  } catch {
    return null
  }
}
