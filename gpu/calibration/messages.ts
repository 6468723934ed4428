import type { Failure } from '../protocol.js'
import type { StatisticKind, WeightStatistics } from './statistics.js'

/** Which weights get which statistics; the first pattern that fits a name counts. */
export interface Want {
  /** Regular expression on the weight's name in the GGUF file. */
  pattern: string
  statistics: readonly StatisticKind[]
}

/** What the worker gets. */
export interface WorkerOrder {
  gguf: string
  samples: Int32Array[]
  wants: readonly Want[]
  sampleRows: number
  /** Bytes of Hessians held at a time; more are taken in several passes. */
  memoryBytes: number
  /** Set to anything but zero to stop. */
  cancel: Int32Array
}

export type FromWorker =
  /** Fraction of all passes together. */
  | { type: 'progress'; fraction: number; item: string }
  /** One pass is done; the worker waits for `next`. */
  | { type: 'part'; weights: WeightStatistics[]; last: boolean }
  | { type: 'failed'; failure: Failure }

export type ToWorker = 'next'
