import type { HttpContext } from '@adonisjs/core/http'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { NOTICE_TOPICS } from '#app/accounts/notice_topics'
import { cleanedQuery } from '#app/accounts/services/cleaned_query'
import {
  listNotices,
  markAllRead,
  noticePreferences,
  openNotice,
  saveNoticePreferences,
  type Reader,
} from '#app/accounts/services/notice_centre'
import {
  cursorValidator,
  noticePreferencesValidator,
} from '#app/accounts/validators/settings_validators'

export default class NoticesController {
  async index(ctx: HttpContext) {
    const { before } = await cleanedQuery(ctx, cursorValidator)
    const { notices, next } = await listNotices(readerOf(ctx), before ?? undefined)
    return ctx.view.render('accounts/notices', { notices, next, paged: Boolean(before) })
  }

  /** Marks as read and goes where the notice points. */
  async open(ctx: HttpContext) {
    const opened = await openNotice(readerOf(ctx), ctx.params.id)
    if (!opened) throw new E_NOT_FOUND()
    const isOwnPath = opened.href && /^\/(?![/\\])/.test(opened.href)
    return ctx.response.redirect(isOwnPath ? opened.href! : '/notices')
  }

  async readAll(ctx: HttpContext) {
    await markAllRead(readerOf(ctx))
    return ctx.response.redirect('/notices')
  }

  async preferences(ctx: HttpContext) {
    return ctx.view.render('accounts/settings/notices', {
      preferences: await noticePreferences(readerOf(ctx)),
    })
  }

  async savePreferences(ctx: HttpContext) {
    const { topics = {} } = await ctx.request.validateUsing(noticePreferencesValidator)
    const preferences = NOTICE_TOPICS.map((topic) => ({
      topic,
      inApp: topics[topic]?.includes('inApp') ?? false,
      email: topics[topic]?.includes('email') ?? false,
    }))
    await saveNoticePreferences(readerOf(ctx), preferences)
    ctx.session.flash('success', ctx.i18n.t('accounts.saved'))
    return ctx.response.redirect('/settings/notices')
  }
}

function readerOf({ workspace, user }: HttpContext): Reader {
  return { workspaceId: workspace.id, userId: user.id }
}
