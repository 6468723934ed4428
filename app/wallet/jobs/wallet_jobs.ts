import { jobs } from '#shared/jobs/jobs'
import { DELIVER_ALERTS } from '#app/wallet/services/announce_alert'
import { CloseMonth } from '#app/wallet/services/close_month'
import { DeliverAlerts } from '#app/wallet/services/deliver_alerts'
import { ReleaseExpiredHolds } from '#app/wallet/services/release_expired_holds'

/** All three do what is due and nothing else, so a missed or doubled run changes nothing. */
export function defineWalletJobs(): void {
  jobs.define({
    name: DELIVER_ALERTS,
    cron: '* * * * *',
    async handle() {
      await new DeliverAlerts().handle()
    },
  })
  jobs.define({
    name: 'wallet.release_expired_holds',
    cron: '* * * * *',
    async handle() {
      await new ReleaseExpiredHolds().handle()
    },
  })
  // Months end at every quarter of an hour somewhere; spending opens a month by itself too.
  jobs.define({
    name: 'wallet.close_months',
    cron: '*/5 * * * *',
    async handle() {
      await new CloseMonth().handle()
    },
  })
}
