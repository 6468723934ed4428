import { resilience } from '#config/llm'

let atWork = 0

/**
 * Reads what a provider still sends after the reader has left, so that its true count of tokens
 * is known: it bills them either way. At most so many at once, and none for long; when there is
 * no room the connection is closed and the count stays an estimate.
 */
export const drains = {
  get count(): number {
    return atWork
  },

  /** @returns false when there is no room: the caller ends the connection. */
  start(running: Promise<unknown>, end: () => void): boolean {
    if (atWork >= resilience.drain.atOnce) return false
    atWork++
    const timer = setTimeout(end, resilience.drain.longestMs)
    timer.unref()
    void running
      .catch(() => {})
      .finally(() => {
        clearTimeout(timer)
        atWork--
      })
    return true
  },
}
