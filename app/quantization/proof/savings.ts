import type { Evaluation } from '#gpu/protocol'
import type { Instance, SavingsInput } from '#config/quantization'

/**
 * Memory that a model needs to run, per byte of its file: weights, activations and a short
 * context. A rule of thumb, stated on the page.
 */
const MEMORY_PER_BYTE = 1.25

/** Share of its time that a machine may be busy before requests begin to wait. */
const BUSY_SHARE = 0.7

export interface SavingsSide {
  bytes: number
  memoryBytes: number
  /** The cheapest machine of the list that holds the model; null when none does. */
  instance: Instance | null
  /** Seconds of work that one request takes, as measured on this box. */
  secondsPerRequest: number | null
  machines: number
  /** Ten-thousandths of the workspace's currency. */
  costPerMonth: number | null
}

export interface Savings {
  before: SavingsSide
  after: SavingsSide
  /** Ten-thousandths of the workspace's currency per month; null when a side has no machine. */
  savedPerMonth: number | null
}

/**
 * What the smaller model saves per month:
 * `machines = ⌈requests × seconds per request ÷ (hours × 3600 × 0.7)⌉`,
 * `cost = machines × hours × price per hour` of the cheapest machine whose memory holds the model.
 */
export function savingsOf(
  evaluation: Pick<Evaluation, 'bytesBefore' | 'bytesAfter'> & Partial<Evaluation>,
  input: SavingsInput
): Savings {
  const before = side(evaluation.bytesBefore, secondsOf(evaluation, input, 'Before'), input)
  const after = side(evaluation.bytesAfter, secondsOf(evaluation, input, 'After'), input)
  const savedPerMonth =
    before.costPerMonth === null || after.costPerMonth === null
      ? null
      : before.costPerMonth - after.costPerMonth
  return { before, after, savedPerMonth }
}

function side(bytes: number, secondsPerRequest: number | null, input: SavingsInput): SavingsSide {
  const memoryBytes = Math.ceil(bytes * MEMORY_PER_BYTE)
  const instance =
    input.instances
      .filter(({ memoryGb }) => memoryGb * 1024 ** 3 >= memoryBytes)
      .sort((a, b) => a.pricePerHourTenThousandths - b.pricePerHourTenThousandths)[0] ?? null
  const work = input.requestsPerMonth * (secondsPerRequest ?? 0)
  const machines = Math.max(1, Math.ceil(work / (input.hoursPerMonth * 3600 * BUSY_SHARE)))
  return {
    bytes,
    memoryBytes,
    instance,
    secondsPerRequest,
    machines,
    costPerMonth: instance
      ? machines * input.hoursPerMonth * instance.pricePerHourTenThousandths
      : null,
  }
}

function secondsOf(
  evaluation: Partial<Evaluation>,
  input: SavingsInput,
  which: 'Before' | 'After'
): number | null {
  if (evaluation.kind === 'graph') {
    const latency = which === 'Before' ? evaluation.latencyBefore : evaluation.latencyAfter
    return latency ? latency.p50Ms / 1000 : null
  }
  if (evaluation.kind === 'language') {
    const speed = which === 'Before' ? evaluation.speedBefore : evaluation.speedAfter
    return speed && speed.generatedPerSecond > 0
      ? input.tokensPerRequest / speed.generatedPerSecond
      : null
  }
  return null
}
