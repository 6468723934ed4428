import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import { smtpEnabled } from '#config/mail'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { ROLES, roleAllows, type Role } from '#app/accounts/roles'
import { ChangeMember, type ChangeMemberFailure } from '#app/accounts/services/change_member'
import { InviteMember } from '#app/accounts/services/invite_member'
import { listInvitations, listMembers } from '#app/accounts/services/list_members'
import { recordAudit } from '#app/accounts/services/record_audit'
import { tooMany } from '#app/accounts/services/too_many'
import { inviteValidator, memberRoleValidator } from '#app/accounts/validators/settings_validators'

const PAGE = '/settings/members'

export default class MembersController {
  async index({ view, workspace, role }: HttpContext) {
    const mayInvite = roleAllows(role, 'manager')
    return view.render('accounts/settings/members', {
      members: await listMembers(workspace.id),
      invitations: mayInvite ? await listInvitations(workspace.id) : [],
      grantable: ROLES.filter((candidate) => roleAllows(role, candidate)),
      smtpEnabled: smtpEnabled(),
      mayInvite,
    })
  }

  async invite(ctx: HttpContext) {
    const input = await ctx.request.validateUsing(inviteValidator)
    const { workspace, user, role, session, i18n } = ctx
    const outcome = await new InviteMember().handle({
      workspace,
      inviter: user,
      inviterRole: role,
      ...input,
    })
    if (outcome.ok) {
      session.flash('success', i18n.t('accounts.members.invited', { email: input.email }))
      return ctx.response.redirect(PAGE)
    }
    if (outcome.reason === 'too_many') return tooMany(ctx, outcome.retryAfterSeconds)
    session.flashExcept(['_csrf'])
    session.flash('error', i18n.t(`accounts.members.errors.${outcome.reason}`))
    return ctx.response.redirect(PAGE)
  }

  async withdraw({ params, workspace, user, response, session, i18n }: HttpContext) {
    await db.transaction(async (trx) => {
      const { rows } = await trx.rawQuery<{ rows: { email: string }[] }>(
        `delete from invitations where workspace_id = ? and id = ? returning email`,
        [workspace.id, params.id]
      )
      if (!rows[0]) throw new E_NOT_FOUND()
      await recordAudit(
        {
          workspaceId: workspace.id,
          actorId: user.id,
          action: 'accounts.invitation_withdrawn',
          subjectType: 'invitation',
          subjectId: rows[0].email,
        },
        trx
      )
    })
    session.flash('success', i18n.t('accounts.members.withdrawn'))
    return response.redirect(PAGE)
  }

  async update(ctx: HttpContext) {
    const { role } = await ctx.request.validateUsing(memberRoleValidator)
    return this.#change(ctx, role)
  }

  async destroy(ctx: HttpContext) {
    return this.#change(ctx, null)
  }

  async #change(ctx: HttpContext, role: Role | null) {
    const { params, workspace, user, response, session, i18n } = ctx
    const outcome = await new ChangeMember().handle({
      workspaceId: workspace.id,
      memberId: params.id,
      actorId: user.id,
      role,
    })
    if (!outcome.ok) return this.#refuse(ctx, outcome.reason)
    const left = role === null && outcome.userId === user.id
    session.flash('success', i18n.t(left ? 'accounts.members.left' : 'accounts.saved'))
    return response.redirect(left ? '/' : PAGE)
  }

  #refuse({ session, i18n, response }: HttpContext, reason: ChangeMemberFailure['reason']) {
    if (reason === 'not_found') throw new E_NOT_FOUND()
    session.flash('error', i18n.t(`accounts.members.errors.${reason}`))
    return response.redirect(PAGE)
  }
}
