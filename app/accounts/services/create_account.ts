import vine, { errors, SimpleMessagesProvider } from '@vinejs/vine'
import Workspace from '#app/accounts/models/workspace'
import { SignUp } from '#app/accounts/services/sign_up'
import * as rules from '#app/accounts/validators/rules'
import type { Result } from '#shared/result'

const validator = vine.create({
  email: rules.email(),
  password: rules.newPassword(),
  workspaceName: rules.workspaceName(),
  locale: rules.locale(),
  timezone: rules.timezone(),
})

const LINE_AND_PLAN = /^([a-z_]+)=([a-z0-9_]+)$/

export interface CreateAccountInput {
  email: string
  password: string
  workspaceName: string
  locale: string
  timezone: string
  /** Each `line=plan`. */
  plans: string[]
}

/**
 * Opens an account from outside a browser, with an API key that may do everything. Plans are
 * judged by the wallet when the workspace opens; its sentence is passed on.
 */
export class CreateAccount {
  async handle(
    input: CreateAccountInput
  ): Promise<
    Result<
      { userId: string; workspaceId: string; apiKey: string },
      { reason: 'refused'; messages: string[] }
    >
  > {
    const refuse = (...messages: string[]) => ({ ok: false, reason: 'refused', messages }) as const
    const plans: Record<string, string> = {}
    for (const entry of input.plans) {
      const [, line, plan] = LINE_AND_PLAN.exec(entry) ?? []
      if (!line || !plan)
        return refuse(`--plan ${entry}: write it as line=plan, e.g. assistant=pro`)
      plans[line] = plan
    }
    try {
      const messagesProvider = new SimpleMessagesProvider({})
      const data = await validator.validate(input, { messagesProvider })
      const outcome = await new SignUp().handle({ ...data, plans })
      if (!outcome.ok) return refuse(`An account with ${data.email} exists already`)
      const key = await Workspace.apiKeys.create(outcome.workspace, ['*'], {
        name: 'account:create',
      })
      return {
        ok: true,
        userId: outcome.user.id,
        workspaceId: outcome.workspace.id,
        apiKey: key.value!.release(),
      }
    } catch (error) {
      if (error instanceof errors.E_VALIDATION_ERROR) {
        return refuse(...error.messages.map((entry: { message: string }) => entry.message))
      }
      if (isDomainError(error)) return refuse(error.message)
      throw error
    }
  }
}

/** Rooms refuse with a stable `E_*` code and a sentence; anything else is a fault. */
function isDomainError(error: unknown): error is Error {
  const code = (error as { code?: unknown }).code
  return error instanceof Error && typeof code === 'string' && code.startsWith('E_')
}
