/**
 * GPTQ as in the paper's own code (Cholesky of the inverse, column after column), in float64 and
 * without blocks: what the fast solver is compared with. Symmetric, groups found on the go.
 */
export function naiveGptq(
  w: number[][],
  h: number[][],
  options: { bits: number; groupSize: number; damp: number }
): number[][] {
  const n = h.length
  const damped = h.map((row, i) => row.map((value, j) => value + (i === j ? options.damp : 0)))
  const upper = transpose(lowerCholesky(inverse(damped)))
  const top = 2 ** options.bits - 1
  const zero = 2 ** (options.bits - 1)
  return w.map((source) => {
    const row = [...source]
    let scale = 1
    return row.map((_, i) => {
      if (i % options.groupSize === 0) {
        const group = row.slice(i, i + options.groupSize)
        scale = Math.f16round((2 * Math.max(...group.map(Math.abs))) / top)
      }
      const code = Math.min(top, Math.max(0, Math.floor(row[i]! / scale + zero + 0.5)))
      const rounded = scale * (code - zero)
      const error = (row[i]! - rounded) / upper[i]![i]!
      for (let j = i + 1; j < n; j++) row[j]! -= error * upper[i]![j]!
      return rounded
    })
  })
}

export function inverse(a: number[][]): number[][] {
  const n = a.length
  const m = a.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))])
  for (let i = 0; i < n; i++) {
    const pivot = m[i]![i]!
    m[i] = m[i]!.map((value) => value / pivot)
    for (let k = 0; k < n; k++) {
      if (k === i) continue
      const factor = m[k]![i]!
      m[k] = m[k]!.map((value, j) => value - factor * m[i]![j]!)
    }
  }
  return m.map((row) => row.slice(n))
}

export function lowerCholesky(a: number[][]): number[][] {
  const l = a.map((row) => row.map(() => 0))
  for (const [i, row] of a.entries()) {
    for (let j = 0; j <= i; j++) {
      let sum = row[j]!
      for (let k = 0; k < j; k++) sum -= l[i]![k]! * l[j]![k]!
      l[i]![j] = i === j ? Math.sqrt(sum) : sum / l[j]![j]!
    }
  }
  return l
}

const transpose = (a: number[][]) => a[0]!.map((_, j) => a.map((row) => row[j]!))
