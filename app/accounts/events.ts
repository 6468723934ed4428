import type { TransactionClientContract } from '@adonisjs/lucid/types/database'

/** Emitted inside the transaction that opens a workspace: rooms above set up their part. */
export interface WorkspaceOpened {
  workspaceId: string
  ownerId: string
  locale: string
  /** Plan per line, e.g. `{ assistant: 'pro' }`; lines that are absent start on their free plan. */
  plans: Record<string, string>
  trx: TransactionClientContract
}

declare module '@adonisjs/core/types' {
  interface EventsList {
    'workspace:opened': WorkspaceOpened
  }
}
