/** Something changed in a conversation: live pages read it again. */
export interface ConversationChanged {
  workspaceId: string
  conversationId: string
  kind: 'message' | 'status' | 'lead'
}

declare module '@adonisjs/core/types' {
  interface EventsList {
    'conversation:changed': ConversationChanged
  }
}
