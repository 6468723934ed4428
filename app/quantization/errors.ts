import { createError } from '@adonisjs/core/exceptions'

/** What the API answers when a use case declines; the portal says the same in the reader's words. */
export const E_MODEL_NOT_READY = createError(
  'The model has not been read yet, or was refused. GET models/:id says which.',
  'E_MODEL_NOT_READY',
  409
)

export const E_PLAN_LACKS_METHOD = createError<[method: string]>(
  'The plan of this workspace does not include %s. INT8 is in every plan; a larger one is at /wallet/plans.',
  'E_PLAN_LACKS_METHOD',
  402
)

export const E_NO_QUANTIZATION_CREDIT = createError(
  'insufficient_credit: no quantization credit is left this month. A larger plan is at /wallet/plans; nothing was charged.',
  'E_INSUFFICIENT_CREDIT',
  402
)

export const E_METHOD_NOT_POSSIBLE = createError<[why: string]>('%s', 'E_METHOD_NOT_POSSIBLE', 422)

export const E_DISK_FULL = createError(
  'The disk of this box has no room for it. Delete models or results that are no longer needed.',
  'E_DISK_FULL',
  503
)

export const E_MODEL_TOO_LARGE = createError<[gigabytes: number]>(
  'A model may have up to %s GB on this box.',
  'E_MODEL_TOO_LARGE',
  413
)

export const E_UPLOAD_NAME = createError(
  'The file needs a name without "..", control characters or a leading dot: send it as `filename` in Upload-Metadata.',
  'E_UPLOAD_NAME',
  422
)

export const E_UPLOADS_UNUSABLE = createError(
  'These uploads are not there, not complete, used already, or have the same name twice.',
  'E_UPLOADS_UNUSABLE',
  422
)

export const E_JOB_IS_OVER = createError<[state: string]>(
  'The job has ended already (%s).',
  'E_JOB_IS_OVER',
  409
)

export const E_NO_RESULT = createError(
  'The job has no files to download: it has not succeeded, or they were removed.',
  'E_NO_RESULT',
  409
)

export const E_LINK_EXPIRED = createError(
  'This download link has expired or was revoked.',
  'E_LINK_EXPIRED',
  410
)

export const E_RANGE = createError('The file has no such range.', 'E_RANGE', 416)

export const E_OPERATOR_ONLY = createError(
  'Paths on the box are for its operator, in the portal or on the command line.',
  'E_OPERATOR_ONLY',
  403
)
