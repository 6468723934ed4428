import { askQuestions, type Verdict } from '#tests/bench/sales_agent/ask_questions'
import type { BenchRow } from '#tests/bench/table'

/** Answers without a model on the labelled questions about the demo catalogue. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const [name, file] of [
    ['questions', 'questions.json'],
    ['held-out questions', 'questions_holdout.json'],
  ] as const) {
    const verdicts = await askQuestions(new URL(file, import.meta.url))
    rows.push(...summarise(name, verdicts))
  }
  return rows
}

function summarise(name: string, verdicts: Verdict[]): BenchRow[] {
  const groups = new Map<string, Verdict[]>()
  for (const verdict of verdicts) {
    const key = `${verdict.question.kind}, ${verdict.question.locale}`
    groups.set(key, [...(groups.get(key) ?? []), verdict])
  }
  const times = verdicts.map((verdict) => verdict.milliseconds).sort((a, b) => a - b)
  return [
    ...[...groups].map(([key, group]) => ({
      name: `${name}: right, ${key}`,
      value: share(group),
      unit: `% of ${group.length}`,
      target: 90,
    })),
    {
      name: `${name}: right, all`,
      value: share(verdicts),
      unit: `% of ${verdicts.length}`,
      target: 90,
    },
    {
      name: `${name}: wrong prices or stock figures`,
      value: verdicts.reduce((sum, verdict) => sum + verdict.wrongFigures, 0),
      unit: 'figures',
      target: '≤ 0',
    },
    {
      name: `${name}: answer, p95`,
      value: times[Math.floor(times.length * 0.95)] ?? 0,
      unit: 'ms',
      target: '≤ 100',
    },
  ]
}

function share(verdicts: Verdict[]): number {
  return (verdicts.filter((verdict) => verdict.right).length / verdicts.length) * 100
}
