import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { DateTime } from 'luxon'
import ReportSubscription from '#app/reports/models/report_subscription'

/** The owner receives the report from the start, and is asked on the first visit to keep it. */
export async function subscribeOwner(
  workspaceId: string,
  userId: string,
  trx: TransactionClientContract
): Promise<void> {
  await ReportSubscription.create({ workspaceId, userId }, { client: trx })
}

/** Asks for the report, or changes the language of it. */
export async function subscribe(
  workspaceId: string,
  userId: string,
  locale: string | null
): Promise<void> {
  const wanted = { locale, confirmedAt: DateTime.utc() }
  const known = await subscriptionOf(workspaceId, userId)
  if (known) await known.merge(wanted).save()
  else await ReportSubscription.create({ workspaceId, userId, ...wanted })
}

export async function unsubscribe(workspaceId: string, userId: string): Promise<void> {
  await ReportSubscription.in(workspaceId).where('userId', userId).delete()
}

export async function subscriptionOf(
  workspaceId: string,
  userId: string
): Promise<ReportSubscription | null> {
  return ReportSubscription.in(workspaceId).where('userId', userId).first()
}

/** Everybody who receives the report, with their account. */
export async function subscribers(workspaceId: string): Promise<ReportSubscription[]> {
  return ReportSubscription.in(workspaceId).preload('user').orderBy('createdAt')
}
