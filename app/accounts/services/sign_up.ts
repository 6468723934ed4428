import type User from '#app/accounts/models/user'
import type Workspace from '#app/accounts/models/workspace'
import { OpenWorkspace, type OpenWorkspaceInput } from '#app/accounts/services/open_workspace'
import { recordAudit } from '#app/accounts/services/record_audit'
import type { Result } from '#shared/result'

const UNIQUE_VIOLATION = '23505'

/**
 * Opens an account with its first workspace. Two sign-ups with one e-mail at the same moment
 * are settled by the database: one wins, the other is told that the e-mail is taken.
 */
export class SignUp {
  async handle(
    input: OpenWorkspaceInput
  ): Promise<Result<{ user: User; workspace: Workspace }, { reason: 'email_taken' }>> {
    try {
      const opened = await new OpenWorkspace().handle(input)
      await recordAudit({
        workspaceId: opened.workspace.id,
        actorId: opened.user.id,
        action: 'accounts.workspace_opened',
        subjectType: 'workspace',
        subjectId: opened.workspace.id,
      })
      return { ok: true, ...opened }
    } catch (error) {
      if (isTakenEmail(error)) return { ok: false, reason: 'email_taken' }
      throw error
    }
  }
}

function isTakenEmail(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string }
  return code === UNIQUE_VIOLATION && constraint === 'users_email_unique'
}
