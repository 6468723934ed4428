import logger from '@adonisjs/core/services/logger'
import { findDueMailings } from '#app/reports/mailing/find_due_mailings'
import { PrepareMailing } from '#app/reports/mailing/prepare_mailing'
import { SendMailing } from '#app/reports/mailing/send_mailing'

/** Sends every weekly report that is due. Safe to run twice, at once or after a crash. */
export class SendWeeklyReports {
  async handle(now = new Date(), signal?: AbortSignal): Promise<{ failed: number }> {
    let failed = 0
    for (const mailing of await findDueMailings(now)) {
      if (signal?.aborted) break
      try {
        await new PrepareMailing().handle(mailing, now)
        await new SendMailing().handle(mailing)
      } catch (error) {
        // The next workspace gets its report all the same; this one is tried at the next run.
        failed++
        logger.error({ err: error, ...mailing }, 'weekly report failed')
      }
    }
    return { failed }
  }
}
