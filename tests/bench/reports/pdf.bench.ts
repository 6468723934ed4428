import { renderWeeklyPdf } from '#reports'
import type { BenchRow } from '#tests/bench/table'
import { emptyReport, hugeReport, report } from '#tests/unit/reports/fixtures'

const ROUNDS = 20

/** Milliseconds from a report's value to the finished PDF. */
export async function run(): Promise<BenchRow[]> {
  const usual = report()
  const first = await timed(() => renderWeeklyPdf(usual))
  const times: number[] = []
  const before = process.cpuUsage()
  for (let round = 0; round < ROUNDS; round++) {
    times.push(await timed(() => renderWeeklyPdf(usual)))
  }
  const { user, system } = process.cpuUsage(before)
  const processor = (user + system) / 1_000 / ROUNDS
  times.sort((a, b) => a - b)
  const pdf = await renderWeeklyPdf(usual)
  const empty = await timed(() => renderWeeklyPdf(emptyReport()))
  const large = await timed(() => renderWeeklyPdf(hugeReport()))
  return [
    { name: 'weekly PDF, median', value: times[ROUNDS / 2] ?? 0, unit: 'ms', target: '≤ 300' },
    { name: 'weekly PDF, slowest', value: times.at(-1) ?? 0, unit: 'ms', target: '≤ 300' },
    // Unlike the clock, it does not count what a busy machine gives to others.
    { name: 'weekly PDF, processor time', value: processor, unit: 'ms' },
    { name: 'weekly PDF, first of the process', value: first, unit: 'ms' },
    { name: 'weekly PDF, week without data', value: empty, unit: 'ms', target: '≤ 300' },
    { name: 'weekly PDF, 400 deals with long names', value: large, unit: 'ms' },
    { name: 'weekly PDF, size', value: pdf.byteLength / 1024, unit: 'KiB' },
  ]
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
