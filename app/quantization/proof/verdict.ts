import type { Evaluation, Failure } from '#gpu/protocol'
import type { Thresholds } from '#config/quantization'

export const VERDICTS = ['pass', 'look_closer', 'fail'] as const
export type Verdict = (typeof VERDICTS)[number]

/** One measure beside its limits; the worst of them makes the verdict. */
export interface VerdictReason {
  measure: keyof Thresholds
  value: number
  pass: number
  fail: number
  verdict: Verdict
}

/** For these more is better; for the others less is. */
const HIGHER_IS_BETTER: ReadonlySet<keyof Thresholds> = new Set([
  'topTokenAgreement',
  'cosine',
  'topOneAgreement',
])

/**
 * Judges a measured comparison. A measure that is not a number (an output of NaN, a perplexity
 * that overflowed) fails: nothing broken may look whole.
 */
export function judge(
  evaluation: Evaluation,
  thresholds: Thresholds
): { verdict: Verdict; reasons: VerdictReason[] } {
  const reasons = measuresOf(evaluation).map(({ measure, value }) => {
    const { pass, fail } = thresholds[measure]
    return { measure, value, pass, fail, verdict: judgeOne(measure, value, pass, fail) }
  })
  const worst = Math.max(0, ...reasons.map((reason) => VERDICTS.indexOf(reason.verdict)))
  return { verdict: reasons.length === 0 ? 'look_closer' : VERDICTS[worst]!, reasons }
}

/**
 * The verdict where no comparison could be made: nothing is known against the result, unless it
 * is the result itself that does not run.
 */
export function verdictWithout({ code, params }: Failure): ReturnType<typeof judge> {
  const broken = code === 'E_ONNX_RUN' && params.which === 'after'
  return { verdict: broken ? 'fail' : 'look_closer', reasons: [] }
}

function judgeOne(measure: keyof Thresholds, value: number, pass: number, fail: number): Verdict {
  if (!Number.isFinite(value)) return 'fail'
  const better = (limit: number) =>
    HIGHER_IS_BETTER.has(measure) ? value >= limit : value <= limit
  return better(pass) ? 'pass' : better(fail) ? 'look_closer' : 'fail'
}

function measuresOf(evaluation: Evaluation): { measure: keyof Thresholds; value: number }[] {
  if (evaluation.kind === 'language') {
    return [
      {
        measure: 'perplexityRise',
        value: evaluation.perplexityAfter / evaluation.perplexityBefore - 1,
      },
      { measure: 'klMean', value: evaluation.klMean },
      { measure: 'topTokenAgreement', value: evaluation.topTokenAgreement },
    ]
  }
  const agreements = evaluation.outputs.flatMap(({ topOneAgreement }) =>
    typeof topOneAgreement === 'number' ? [topOneAgreement] : []
  )
  return [
    ...(evaluation.outputs.length > 0
      ? [
          {
            measure: 'cosine' as const,
            value: Math.min(...evaluation.outputs.map(({ cosine }) => Number(cosine))),
          },
        ]
      : []),
    ...(agreements.length > 0
      ? [{ measure: 'topOneAgreement' as const, value: Math.min(...agreements) }]
      : []),
  ]
}
