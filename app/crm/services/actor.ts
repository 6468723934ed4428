/** Who did it: a member, a program with an API key, or the product itself (the agent, a job). */
export interface Actor {
  kind: 'user' | 'api_key' | 'system'
  /** The user's id; null for the others. */
  id: string | null
}

export const SYSTEM: Actor = { kind: 'system', id: null }

export function userActor(user: { id: string }): Actor {
  return { kind: 'user', id: user.id }
}
