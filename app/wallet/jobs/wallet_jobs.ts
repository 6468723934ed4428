import { jobs } from '#shared/jobs/jobs'
import { DELIVER_ALERTS } from '#app/wallet/services/announce_alert'
import { CloseMonth } from '#app/wallet/services/close_month'
import { DeliverAlerts } from '#app/wallet/services/deliver_alerts'
import { reconcileLedger } from '#app/wallet/services/reconcile_ledger'
import { ReleaseExpiredHolds } from '#app/wallet/services/release_expired_holds'
import { endTrials } from '#app/wallet/services/trials'
import { processEvent } from '#app/wallet/stripe/inbox/process_event'
import { PROCESS_STRIPE_EVENT } from '#app/wallet/stripe/inbox/receive_event'
import {
  collectShortfalls,
  fetchMissedEvents,
  requeueEvents,
  settleOpenOrders,
} from '#app/wallet/stripe/reconcile'

/** All of them do what is due and nothing else, so a missed or doubled run changes nothing. */
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
      await endTrials()
      await new CloseMonth().handle()
    },
  })
  jobs.define<{ eventId: string }>({
    name: PROCESS_STRIPE_EVENT,
    retries: 8,
    async handle({ payload }) {
      await processEvent(payload.eventId)
    },
  })
  jobs.define({
    name: 'wallet.settle_payments',
    cron: '*/5 * * * *',
    async handle() {
      await requeueEvents()
      await settleOpenOrders()
      await collectShortfalls()
    },
  })
  jobs.define({
    name: 'wallet.reconcile',
    cron: '20 3 * * *',
    async handle() {
      await fetchMissedEvents()
      await reconcileLedger()
    },
  })
}
