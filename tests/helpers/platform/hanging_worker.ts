/*
 * A worker process that takes a job and never finishes it, to be killed by a test.
 * Arguments: connection string, name of the job.
 */
import { PgBossEngine } from '#providers/jobs/pg_boss_engine'

const [connectionString, name] = process.argv.slice(2) as [string, string]

const engine = new PgBossEngine({
  connectionString,
  db: null as never,
  onError: (error) => console.error(error.message),
})

await engine.work([
  {
    name,
    async handle() {
      console.log('started')
      await new Promise(() => {})
    },
  },
])
