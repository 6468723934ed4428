import type { Progress } from '../protocol.js'

/** What every piece of work gets: a way to be stopped and a way to tell how far it is. */
export interface TaskContext {
  /** Aborted on cancel; long native calls are cut into pieces short enough to look at it. */
  signal: AbortSignal
  /** Cheap to call often: the process sends at most a few messages per second. */
  report(progress: Progress): void
}

/** A context for callers that neither watch nor stop. */
export function silentContext(): TaskContext {
  return { signal: new AbortController().signal, report() {} }
}
