import { randomUUID } from 'node:crypto'
import encryption from '@adonisjs/core/services/encryption'

const PURPOSE = 'widget-visitor'
const VALID_FOR = '90 days'

export interface Visitor {
  workspaceId: string
  /** Random mark of one browser. */
  visitorId: string
}

/** Signed proof that a browser is the visitor it says it is; kept in that browser only. */
export function signVisitor(visitor: Visitor): string {
  const payload = { w: visitor.workspaceId, v: visitor.visitorId }
  return encryption.getMessageVerifier().sign(payload, VALID_FOR, PURPOSE)
}

/** The visitor behind a token, or null when it is not ours, was changed or has expired. */
export function readVisitor(token: string | null | undefined): Visitor | null {
  if (!token) return null
  const found = encryption.getMessageVerifier().unsign<{ w: string; v: string }>(token, PURPOSE)
  return found ? { workspaceId: found.w, visitorId: found.v } : null
}

export function newVisitor(workspaceId: string): Visitor {
  return { workspaceId, visitorId: randomUUID() }
}
