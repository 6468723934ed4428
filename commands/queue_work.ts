import { BaseCommand } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import { jobs } from '#shared/jobs/jobs'

/** A worker of its own; the web process needs none when it runs with `QUEUE_WORKER=off`. */
export default class QueueWork extends BaseCommand {
  static override commandName = 'queue:work'
  static override description = 'Work on background jobs until stopped, on this machine or another'
  static override options: CommandOptions = { startApp: true }

  override async run() {
    const stopped = new Promise<void>((resolve) => {
      this.app.terminating(async () => {
        process.stderr.write('Finishing the jobs at work…\n')
        await jobs.stop()
        resolve()
      })
    })
    await jobs.work()
    process.stderr.write(`Working on ${jobs.definitions().length} kinds of jobs. Ctrl-C stops.\n`)
    await stopped
  }
}
