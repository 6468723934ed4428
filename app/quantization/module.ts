import edge from 'edge.js'
import { jobs } from '#shared/jobs/jobs'
import { FetchModel } from '#app/quantization/hub/fetch_model'
import { giveLostJobsATurn, removeOldFiles } from '#app/quantization/jobs/sweep'
import { ReadModel } from '#app/quantization/services/read_model'
import {
  FETCH_MODEL_JOB,
  READ_MODEL_JOB,
  type ModelMessage,
} from '#app/quantization/services/register_model'
import { RunJob } from '#app/quantization/services/run_job'
import { RUN_JOB } from '#app/quantization/services/start_job'
import { methodLabel } from '#app/quantization/view/labels'
import { formatBytes, formatDuration } from '#app/quantization/view/units'
import { say } from '#app/quantization/view/say'

edge.global('quantization', {
  bytes: formatBytes,
  duration: formatDuration,
  method: methodLabel,
  say,
})

/** Longest run of one message, in seconds; the queue allows a day at most. */
const DAY = 86_400

jobs.define<ModelMessage>({
  name: READ_MODEL_JOB,
  timeoutSeconds: 3600,
  handle: ({ payload, signal, lastAttempt }) =>
    new ReadModel().handle(payload, signal, lastAttempt),
})

jobs.define<ModelMessage>({
  name: FETCH_MODEL_JOB,
  timeoutSeconds: DAY,
  retries: 5,
  concurrency: 1,
  handle: ({ payload, signal, lastAttempt }) =>
    new FetchModel().handle(payload, signal, lastAttempt),
})

jobs.define({
  name: RUN_JOB,
  timeoutSeconds: DAY,
  // A stop of the box uses up a delivery; how often a job may fail is counted in its row.
  retries: 50,
  // The device does one heavy task at a time anyway, and the order of the queue should hold.
  concurrency: 1,
  handle: ({ id, signal }) => new RunJob().handle(id, signal),
})

jobs.define({
  name: 'quantization.give_lost_jobs_a_turn',
  cron: '* * * * *',
  retries: 0,
  concurrency: 1,
  handle: async () => void (await giveLostJobsATurn()),
})

jobs.define({
  name: 'quantization.remove_old_files',
  cron: '40 3 * * *',
  retries: 1,
  concurrency: 1,
  handle: removeOldFiles,
})
