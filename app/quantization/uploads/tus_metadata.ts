/**
 * Reads `Upload-Metadata`: pairs of a key and base64 text, separated by commas. What cannot be
 * read is left out.
 */
export function tusMetadata(header: string | undefined): Record<string, string> {
  const pairs = (header ?? '').split(',').map((pair) => pair.trim().split(' '))
  return Object.fromEntries(
    pairs
      .filter(([key]) => key)
      .map(([key, value]) => [key!, Buffer.from(value ?? '', 'base64').toString('utf8')])
  )
}
