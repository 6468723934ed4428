import { setTimeout as sleep } from 'node:timers/promises'

export interface KeepTryingOptions {
  /** Ends the trying; what is at work then is waited for. */
  signal: AbortSignal
  onFailure: (error: unknown, nextInMs: number) => void
  firstDelayMs?: number
  longestDelayMs?: number
}

/** Repeats `work` until it succeeds or the signal fires, each time after twice the pause. */
export async function keepTrying(
  work: () => Promise<void>,
  { signal, onFailure, firstDelayMs = 1_000, longestDelayMs = 60_000 }: KeepTryingOptions
): Promise<void> {
  for (let delay = firstDelayMs; !signal.aborted; delay = Math.min(delay * 2, longestDelayMs)) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) return
      onFailure(error, delay)
    }
    await sleep(delay, undefined, { signal, ref: false }).catch(() => {})
  }
}
