import type { OutputComparison } from '../../protocol.js'

/** Differences of one output, summed up over samples. */
export class OutputDifference {
  #shape: number[] = []
  #max = 0
  #sum = 0
  #count = 0
  #product = 0
  #before = 0
  #after = 0
  #rows = 0
  #sameRows = 0

  constructor(readonly name: string) {}

  add(shape: readonly number[], before: Float64Array, after: Float64Array): void {
    this.#shape = [...shape]
    const length = Math.min(before.length, after.length)
    for (let i = 0; i < length; i++) {
      const a = before[i]!
      const b = after[i]!
      // Both infinite with the same sign, or both NaN: masks, not errors.
      if (Object.is(a, b)) continue
      const off = Math.abs(a - b)
      const error = Number.isNaN(off) ? Infinity : off
      if (error > this.#max) this.#max = error
      this.#sum += error
    }
    this.#count += length
    this.#addCosine(before, after, length)
    this.#addRows(shape, before, after)
  }

  result(): OutputComparison {
    const norm = Math.sqrt(this.#before) * Math.sqrt(this.#after)
    const isSame = this.#before === this.#after
    return {
      name: this.name,
      shape: this.#shape,
      maxAbsError: finite(this.#max),
      meanAbsError: this.#count > 0 ? finite(this.#sum / this.#count) : 0,
      cosine: norm > 0 ? Math.min(1, this.#product / norm) : isSame ? 1 : 0,
      ...(this.#rows > 0 && { topOneAgreement: this.#sameRows / this.#rows }),
    }
  }

  #addCosine(before: Float64Array, after: Float64Array, length: number): void {
    for (let i = 0; i < length; i++) {
      const a = before[i]!
      const b = after[i]!
      if (!Number.isFinite(a) || !Number.isFinite(b)) continue
      this.#product += a * b
      this.#before += a * a
      this.#after += b * b
    }
  }

  /** Rows of scores: the last of two or more dimensions, when it is no more than a vocabulary. */
  #addRows(shape: readonly number[], before: Float64Array, after: Float64Array): void {
    const width = shape.at(-1) ?? 0
    const looksLikeScores =
      (shape.length === 2 || (shape.length > 2 && /logit|prob|score|class/i.test(this.name))) &&
      width >= 2 &&
      width <= 1_000_000
    if (!looksLikeScores) return
    for (let start = 0; start + width <= before.length; start += width) {
      this.#rows++
      if (largest(before, start, width) === largest(after, start, width)) this.#sameRows++
    }
  }
}

function largest(values: Float64Array, start: number, width: number): number {
  let best = start
  for (let i = start + 1; i < start + width; i++) if (values[i]! > values[best]!) best = i
  return best - start
}

/** JSON has no Infinity. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.MAX_VALUE
}
