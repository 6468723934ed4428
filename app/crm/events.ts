export type DealChangeKind =
  'created' | 'moved' | 'won' | 'lost' | 'reopened' | 'edited' | 'deleted'

declare module '@adonisjs/core/types' {
  interface EventsList {
    /** After the commit that made a prospect known. */
    'prospect:created': { workspaceId: string; prospectId: string }
    /** After a prospect was erased at their request: rooms above erase what they hold. */
    'prospect:erased': { workspaceId: string; prospectId: string }
    /** After the commit that changed a deal. */
    'deal:changed': { workspaceId: string; dealId: string; kind: DealChangeKind }
  }
}
