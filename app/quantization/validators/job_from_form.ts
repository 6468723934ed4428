import type { Infer } from '@vinejs/vine/types'
import type { Method, QuantizeOptions } from '#gpu/protocol'
import { badPatterns, optionsOf } from '#app/quantization/validators/job_options'
import type { startJobForm } from '#app/quantization/validators/page_validators'

type Form = Infer<typeof startJobForm>

/** What the form of a model's page asks for. */
export function jobFromForm(form: Form): {
  method: Method
  options: QuantizeOptions
  calibrationText: string | null
  rerunOf: string | null
} {
  const [method, type] = form.choice.split(':') as [Method, string | undefined]
  const options = optionsOf(method, {
    ...form,
    type,
    perChannel: form.perChannel ?? false,
    reduceRange: form.reduceRange ?? false,
    excludeNodes: linesOf(form.excludeNodes),
    overrides: overridesOf(form.overrides),
  })
  return {
    method,
    options,
    calibrationText: form.calibrationText ?? null,
    rerunOf: form.rerunOf ?? null,
  }
}

function linesOf(text: string | null | undefined): string[] {
  const lines = (text ?? '').split(/\r?\n/).map((line) => line.trim())
  return lines.filter(Boolean).slice(0, 5_000)
}

/** Lines of `pattern = TYPE`, as `llama-quantize --tensor-type` takes them. */
function overridesOf(text: string | null | undefined): { pattern: string; type: string }[] {
  const pairs = linesOf(text).flatMap((line) => {
    const match = /^(.{1,200}?)\s*=\s*([A-Za-z0-9_]{2,12})$/.exec(line)
    return match ? [{ pattern: match[1]!, type: match[2]! }] : []
  })
  const bad = badPatterns({ overrides: pairs })
  return pairs.filter(({ pattern }) => !bad.includes(pattern)).slice(0, 100)
}
