import type { PositionComparison } from './compare_logits.js'

/** Sums over positions, with what llama.cpp's perplexity tool reports of them. */
export class Totals {
  #count = 0
  #before = { sum: 0, squares: 0 }
  #after = { sum: 0, squares: 0 }
  #sameTop = 0
  readonly #kl: number[] = []

  add({ nllBefore, nllAfter, kl, sameTop }: PositionComparison): void {
    this.#count++
    this.#before.sum += nllBefore
    this.#before.squares += nllBefore ** 2
    this.#after.sum += nllAfter
    this.#after.squares += nllAfter ** 2
    this.#kl.push(kl)
    if (sameTop) this.#sameTop++
  }

  report() {
    const count = this.#count
    const sorted = Float64Array.from(this.#kl).sort()
    const [before, after] = [this.#before, this.#after].map((sums) => perplexity(sums, count)) as [
      Estimate,
      Estimate,
    ]
    return {
      perplexityBefore: before.value,
      perplexityAfter: after.value,
      perplexityErrorBefore: before.error,
      perplexityErrorAfter: after.error,
      klMean: sorted.reduce((sum, value) => sum + value, 0) / count,
      klP99: percentile(sorted, 0.99),
      klMax: sorted.at(-1) ?? 0,
      topTokenAgreement: this.#sameTop / count,
    }
  }
}

interface Estimate {
  value: number
  error: number
}

/** e^(mean −ln p); the error is the standard error of that mean, times the value. */
function perplexity({ sum, squares }: { sum: number; squares: number }, count: number): Estimate {
  const mean = sum / count
  const variance = Math.max(0, squares / count - mean ** 2)
  const value = Math.exp(mean)
  return { value, error: count > 1 ? value * Math.sqrt(variance / (count - 1)) : 0 }
}

/** Between neighbours in proportion. */
function percentile(sorted: Float64Array, fraction: number): number {
  const place = fraction * (sorted.length - 1)
  const [low, part] = [Math.floor(place), place % 1]
  const next = sorted[Math.min(low + 1, sorted.length - 1)] ?? 0
  return (1 - part) * (sorted[low] ?? 0) + part * next
}
