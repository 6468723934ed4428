export const DELIMITERS = [',', ';', '\t', '|'] as const

export type CsvDelimiter = (typeof DELIMITERS)[number]

/** Records of the sample that are compared. */
const RECORDS = 25

/**
 * Finds the delimiter of a CSV text from its first records. For each candidate the records are
 * split outside quotes; the one whose records agree with the header about the number of fields
 * wins, and of two that agree equally the one that makes more fields. A first line `sep=;`, as
 * Excel writes it, decides at once. A text with one column counts as comma-separated.
 */
export function detectDelimiter(sample: string): CsvDelimiter {
  const told = /^\uFEFF?sep=([,;\t|])\r?\n/i.exec(sample)
  if (told) return told[1] as CsvDelimiter

  let best: { delimiter: CsvDelimiter; score: number } = { delimiter: ',', score: 0 }
  for (const delimiter of DELIMITERS) {
    const score = scoreOf(fieldCounts(sample, delimiter))
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

/** Agreement with the header (0 to 1), times a mild bonus for more fields; 0 for one column. */
function scoreOf(counts: number[]): number {
  const header = counts[0] ?? 0
  if (header < 2) return 0
  const agreeing = counts.filter((count) => count === header).length
  return (agreeing / counts.length) * (1 + Math.log2(header) / 10)
}

/** Fields per record; quotes hide delimiters and line ends. The last, maybe cut, is left out. */
function fieldCounts(sample: string, delimiter: string): number[] {
  const counts: number[] = []
  let fields = 1
  let quoted = false
  let empty = true
  let atFieldStart = true

  for (const char of sample) {
    if (char === '"' && (quoted || atFieldStart)) quoted = !quoted
    else if (!quoted && char === delimiter) fields++
    else if (!quoted && char === '\n') {
      if (!empty) counts.push(fields)
      if (counts.length === RECORDS) return counts
      fields = 1
      empty = true
      atFieldStart = true
      continue
    }
    if (char !== '\r' && char !== '\uFEFF') empty = false
    atFieldStart = char === delimiter || char === '\uFEFF'
  }
  if (counts.length < 2 && !empty) counts.push(fields)
  return counts
}
