import { E_NOT_FOUND } from '#shared/exceptions/errors'
import {
  E_DISK_FULL,
  E_METHOD_NOT_POSSIBLE,
  E_MODEL_NOT_READY,
  E_NO_QUANTIZATION_CREDIT,
  E_PLAN_LACKS_METHOD,
} from '#app/quantization/errors'
import type { StartedJob } from '#app/quantization/services/start_job'

/** The problem that tells a program why a job was not started. */
export function startProblem(refusal: Exclude<StartedJob, { ok: true }>, method: string): Error {
  switch (refusal.reason) {
    case 'model_not_found':
      return new E_NOT_FOUND()
    case 'model_not_ready':
      return new E_MODEL_NOT_READY()
    case 'plan_lacks_method':
      return new E_PLAN_LACKS_METHOD([method])
    case 'insufficient_credit':
      return new E_NO_QUANTIZATION_CREDIT()
    case 'disk_full':
      return new E_DISK_FULL()
    case 'not_possible':
      return new E_METHOD_NOT_POSSIBLE([
        refusal.notes.map(({ message }) => message).join(' ') ||
          'This method does not fit this model.',
      ])
  }
}
