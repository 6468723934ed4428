/**
 * Prices of one request by class, in micro-dollars (USD × 10⁻⁶). Readers see "request credit",
 * never tokens; `typicalTokens` only tells the gateway which class fits an answer.
 */
export const requestPrices = {
  simple: { micros: 50_000, typicalTokens: 50 },
  standard: { micros: 100_000, typicalTokens: 200 },
  complex: { micros: 250_000, typicalTokens: 500 },
  /**
   * $0.50 covers 1,000 tokens; each further 100 tokens that are begun add $0.05, up to $1.00.
   */
  advanced: {
    micros: 500_000,
    typicalTokens: 1000,
    includedTokens: 1000,
    stepTokens: 100,
    stepMicros: 50_000,
    maximumMicros: 1_000_000,
  },
} as const

/**
 * Share of each class while a workspace has too little history of its own: 80 % of requests are
 * simple or standard.
 */
export const defaultRequestMix = { simple: 0.5, standard: 0.3, complex: 0.15, advanced: 0.05 }

/** Days of history that make the usual mix, and the fewest requests for it to mean something. */
export const usualMix = { days: 30, minimumRequests: 20 }
