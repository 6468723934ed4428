import emitter from '@adonisjs/core/services/emitter'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { announced } from '#shared/events/announced'
import type { DealChangeKind } from '#app/crm/events'

/** Tells the other rooms about a deal once the transaction has committed. */
export function announceDeal(
  trx: TransactionClientContract,
  workspaceId: string,
  dealId: string,
  kind: DealChangeKind
): void {
  trx.after('commit', () => announced(emitter.emit('deal:changed', { workspaceId, dealId, kind })))
}

/** Tells the other rooms about a new prospect once the transaction has committed. */
export function announceProspect(
  trx: TransactionClientContract,
  workspaceId: string,
  prospectId: string
): void {
  trx.after('commit', () =>
    announced(emitter.emit('prospect:created', { workspaceId, prospectId }))
  )
}

/** The same for a change that needed no transaction of its own. */
export function announceDealNow(workspaceId: string, dealId: string, kind: DealChangeKind): void {
  announced(emitter.emit('deal:changed', { workspaceId, dealId, kind }))
}
