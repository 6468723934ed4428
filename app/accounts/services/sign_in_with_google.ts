import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import User from '#app/accounts/models/user'
import { OpenWorkspace } from '#app/accounts/services/open_workspace'
import { recordAudit, recordPersonAudit } from '#app/accounts/services/record_audit'
import { isInvited, signUpIsOpen } from '#app/accounts/services/sign_up_policy'
import type { Result } from '#shared/result'

export interface GoogleProfile {
  id: string
  email: string | null
  emailVerified: boolean
  name: string | null
}

export interface SignInWithGoogleInput {
  profile: GoogleProfile
  locale: string
  /** Name for the workspace of a newcomer. */
  workspaceName: string
  /** Newcomers who follow an invitation get no workspace of their own. */
  invited: boolean
}

/**
 * Signs a person in by their Google account. An account with the same e-mail is linked, but only
 * when Google has verified the e-mail. If we never verified it ourselves, somebody else may have
 * opened that account to lie in wait: its password and sessions end with the link.
 */
export class SignInWithGoogle {
  async handle(
    input: SignInWithGoogleInput
  ): Promise<
    Result<{ user: User; isNew: boolean }, { reason: 'email_unverified' | 'sign_up_closed' }>
  > {
    const { profile } = input
    const known = await User.findBy('googleId', profile.id)
    if (known) return this.#signedIn(known)
    if (!profile.email || !profile.emailVerified) return { ok: false, reason: 'email_unverified' }

    const sameEmail = await User.findBy('email', profile.email)
    if (sameEmail) {
      const wasVerified = sameEmail.emailVerifiedAt !== null
      sameEmail.merge({ googleId: profile.id, emailVerifiedAt: DateTime.now() })
      if (!wasVerified) {
        await db.from('password_resets').where('user_id', sameEmail.id).delete()
        await db.from('users').where('id', sameEmail.id).update({ password: null })
        sameEmail.merge({ sessionVersion: sameEmail.sessionVersion + 1 })
      }
      await sameEmail.save()
      await recordPersonAudit(sameEmail.id, 'accounts.google_linked')
      return this.#signedIn(sameEmail)
    }
    if (!(await signUpIsOpen()) && !(await isInvited(profile.email))) {
      return { ok: false, reason: 'sign_up_closed' }
    }
    return { ok: true, user: await this.#open(input, profile.email), isNew: true }
  }

  async #signedIn(user: User) {
    await recordPersonAudit(user.id, 'accounts.signed_in', { by: 'google' })
    return { ok: true, user, isNew: false } as const
  }

  async #open(input: SignInWithGoogleInput, email: string): Promise<User> {
    const { profile, locale } = input
    return db.transaction(async (trx) => {
      const user = await User.create(
        {
          email,
          googleId: profile.id,
          fullName: profile.name?.slice(0, 80) ?? null,
          locale,
          emailVerifiedAt: DateTime.now(),
        },
        { client: trx }
      )
      await user.refresh()
      if (input.invited) return user
      const workspace = await new OpenWorkspace().addWorkspace(
        user,
        { workspaceName: input.workspaceName, locale },
        trx
      )
      const action = 'accounts.workspace_opened'
      await recordAudit({ workspaceId: workspace.id, actorId: user.id, action }, trx)
      return user
    })
  }
}
