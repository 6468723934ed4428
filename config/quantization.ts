import env from '#start/env'

const GB = 1024 ** 3

/** What may come in and how long it stays. */
export const limits = {
  /** Largest model, all of its files together, in bytes. `MODEL_MAX_GB` changes it. */
  modelBytes: (env.get('MODEL_MAX_GB') ?? 200) * GB,
  /** Files of one model: shards, tokenizer, configuration. */
  modelFiles: 500,
  /** Never filled by uploads: the database and the system need room to go on. */
  reservedDiskBytes: (env.get('DISK_RESERVE_GB') ?? 2) * GB,
  /** Longest calibration or evaluation text, in characters. */
  calibrationCharacters: 500_000,
  /** Attempts of a job, those that ended with a crash included. */
  attempts: 5,
  /** Life of a download link, in hours. */
  downloadHours: 24,
  /** Days that results are kept when the workspace has not said otherwise; null is for ever. */
  keepDays: null as number | null,
}

/** A verdict's limits; each workspace may set its own. Between the two lies "look closer". */
export interface Thresholds {
  /** Rise of the perplexity, as a fraction: 0.1 is 10 %. */
  perplexityRise: { pass: number; fail: number }
  /** Mean Kullback-Leibler divergence of the next-token distributions, nats. */
  klMean: { pass: number; fail: number }
  /** Share of positions where both models prefer the same token. */
  topTokenAgreement: { pass: number; fail: number }
  /** Lowest cosine between the outputs of both graphs. */
  cosine: { pass: number; fail: number }
  /** Share of inputs for which both classifiers choose the same class. */
  topOneAgreement: { pass: number; fail: number }
}

/**
 * Usual losses for orientation, Llama-3-8B on WikiText-2 (llama.cpp, examples/perplexity): Q8_0
 * +0.04 % and 0.001 nats, Q4_K_M +2.8 % and 0.03, Q4_0 +7.5 % and 0.07, Q2_K +56 % and 0.45.
 */
export const defaultThresholds: Thresholds = {
  perplexityRise: { pass: 0.1, fail: 0.3 },
  klMean: { pass: 0.1, fail: 0.3 },
  topTokenAgreement: { pass: 0.8, fail: 0.6 },
  cosine: { pass: 0.99, fail: 0.95 },
  topOneAgreement: { pass: 0.98, fail: 0.9 },
}

/** A machine that can be rented; the prices are examples that each workspace replaces by its own. */
export interface Instance {
  name: string
  memoryGb: number
  /** Ten-thousandths of the workspace's currency per hour: 1,000 is 0.10 €. */
  pricePerHourTenThousandths: number
}

export interface SavingsInput {
  requestsPerMonth: number
  /** Hours in which the machines run, 730 for a month without a break. */
  hoursPerMonth: number
  /** Tokens that an answer has, for language models. */
  tokensPerRequest: number
  instances: Instance[]
}

export const defaultSavings: SavingsInput = {
  requestsPerMonth: 100_000,
  hoursPerMonth: 730,
  tokensPerRequest: 200,
  instances: [
    { name: '2 GB', memoryGb: 2, pricePerHourTenThousandths: 150 },
    { name: '4 GB', memoryGb: 4, pricePerHourTenThousandths: 300 },
    { name: '8 GB', memoryGb: 8, pricePerHourTenThousandths: 600 },
    { name: '16 GB', memoryGb: 16, pricePerHourTenThousandths: 1_200 },
    { name: '32 GB', memoryGb: 32, pricePerHourTenThousandths: 2_400 },
    { name: '64 GB', memoryGb: 64, pricePerHourTenThousandths: 4_800 },
    { name: 'GPU 24 GB', memoryGb: 24, pricePerHourTenThousandths: 7_500 },
    { name: 'GPU 80 GB', memoryGb: 80, pricePerHourTenThousandths: 25_000 },
  ],
}
