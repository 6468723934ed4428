export interface ByteRange {
  start: number
  /** The last byte that is sent. */
  end: number
}

/**
 * The range that a request asks for (RFC 9110, section 14): null for the whole file, which is also
 * the answer to several ranges and to forms that we do not know; `unsatisfiable` beyond the end.
 */
export function byteRange(
  header: string | undefined,
  size: number
): ByteRange | null | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!match) return null
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return null
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (start >= size) return 'unsatisfiable'
  return end < start ? null : { start, end }
}
