import { test } from '@japa/runner'
import { keepTrying } from '#providers/jobs/keep_trying'

test.group('Keep trying', () => {
  test('repeats with longer and longer pauses until it works', async ({ assert }) => {
    const pauses: number[] = []
    let runs = 0
    await keepTrying(
      async () => {
        runs += 1
        if (runs < 5) throw new Error('away')
      },
      {
        signal: new AbortController().signal,
        onFailure: (_error, nextInMs) => pauses.push(nextInMs),
        firstDelayMs: 1,
        longestDelayMs: 4,
      }
    )
    assert.equal(runs, 5)
    assert.deepEqual(pauses, [1, 2, 4, 4])
  })

  test('ends at once on shutdown', async ({ assert }) => {
    const stop = new AbortController()
    let runs = 0
    await keepTrying(
      async () => {
        runs += 1
        throw new Error('away')
      },
      {
        signal: stop.signal,
        onFailure: () => setTimeout(() => stop.abort(), 5),
        firstDelayMs: 60_000,
      }
    )
    assert.equal(runs, 1)
  }).timeout(2000)
})
