import { jobs } from '#shared/jobs/jobs'
import { LoadDemo, type LoadDemoInput } from '#app/demo/services/load_demo'
import { LOAD_DEMO } from '#app/demo/services/open_demo'

/** Loading takes some seconds: too long for a request. */
jobs.define<LoadDemoInput>({
  name: LOAD_DEMO,
  retries: 1,
  concurrency: 1,
  async handle({ payload }) {
    await new LoadDemo().handle(payload)
  },
})
