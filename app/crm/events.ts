import type { TransactionClientContract } from '@adonisjs/lucid/types/database'

export type DealChangeKind =
  'created' | 'moved' | 'won' | 'lost' | 'reopened' | 'edited' | 'deleted'

declare module '@adonisjs/core/types' {
  interface EventsList {
    /** After the commit that made a prospect known. */
    'prospect:created': { workspaceId: string; prospectId: string }
    /**
     * Inside the transaction that erases a prospect at their request, while what is linked to them
     * can still be found: rooms above erase what they hold.
     */
    'prospect:erased': { workspaceId: string; prospectId: string; trx: TransactionClientContract }
    /** After the commit that changed a deal. */
    'deal:changed': { workspaceId: string; dealId: string; kind: DealChangeKind }
  }
}
