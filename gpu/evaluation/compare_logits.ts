/** How far two models are apart in what they expect as the next token. */

export interface PositionComparison {
  /** −ln p of the token that follows, in nats. */
  nllBefore: number
  nllAfter: number
  /** Kullback-Leibler divergence of the distribution after from the one before, nats. */
  kl: number
  sameTop: boolean
}

/**
 * Compares the logits of one position in double precision.
 *
 * KL(p‖q) = Σ pᵢ (ln pᵢ − ln qᵢ), with p before and q after, over the whole vocabulary (llama.cpp
 * leaves out pᵢ < e⁻¹⁶, which is below its own rounding).
 */
export function comparePosition(
  before: Float32Array,
  after: Float32Array,
  target: number
): PositionComparison {
  const top = [indexOfMax(before), indexOfMax(after)] as const
  const [maxBefore, maxAfter] = [before[top[0]]!, after[top[1]]!]
  let [sumBefore, sumAfter, cross] = [0, 0, 0]
  const { length } = before
  for (let i = 0; i < length; i++) {
    const weight = Math.exp(before[i]! - maxBefore)
    sumBefore += weight
    sumAfter += Math.exp(after[i]! - maxAfter)
    // Some models rule tokens out with −∞.
    if (weight > 0) cross += weight * (before[i]! - after[i]!)
  }
  const logSumBefore = maxBefore + Math.log(sumBefore)
  const logSumAfter = maxAfter + Math.log(sumAfter)
  return {
    nllBefore: logSumBefore - before[target]!,
    nllAfter: logSumAfter - after[target]!,
    // Rounding can bring equal distributions a hair below zero.
    kl: Math.max(0, cross / sumBefore - logSumBefore + logSumAfter),
    sameTop: top[0] === top[1],
  }
}

export function indexOfMax(values: Float32Array): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i
  return best
}
