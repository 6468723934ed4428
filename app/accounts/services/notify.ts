import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { jobs } from '#shared/jobs/jobs'
import { ROLES, type Role } from '#app/accounts/roles'
import { defaultChannels, topicOf } from '#app/accounts/notice_topics'

export const SEND_NOTICE_JOB = 'accounts.send_notice'

export interface NoticeInput {
  workspaceId: string
  /** A topic or `<topic|room>.<detail>`, see notice_topics.ts. */
  kind: string
  /** Translation keys of another room's file, e.g. `wallet.notices.low.title`. */
  titleKey: string
  bodyKey: string
  /** Values for the two texts (ICU). */
  data?: Record<string, string | number | boolean | null>
  /** Page to open, a path of this box. */
  href?: string
  /** Members of this role and above get it. Default: everybody. */
  minRole?: Role
  /** Only these members (those among them who have the role). */
  userIds?: string[]
  /** The same key is told to the same member once only, ever. */
  dedupeKey?: string
}

/**
 * Tells the members of a workspace something: in the notice centre and by e-mail, as each
 * of them prefers. Inside a transaction both the notices and the jobs that send the e-mails
 * exist if and only if it commits.
 */
export async function notify(input: NoticeInput, trx?: TransactionClientContract): Promise<void> {
  if (!trx) return db.transaction((own) => notify(input, own))

  const topic = topicOf(input.kind)
  const defaults = defaultChannels(topic)
  const roles = ROLES.slice(0, ROLES.indexOf(input.minRole ?? 'viewer') + 1)
  const { rows } = await trx.rawQuery<{ rows: { id: string; by_email: boolean }[] }>(
    `with recipients as (
       select m.user_id,
              coalesce(p.in_app, cast(:inApp as boolean)) as in_app,
              coalesce(p.email, cast(:email as boolean)) as by_email
         from memberships m
         left join notice_preferences p
           on p.workspace_id = m.workspace_id and p.user_id = m.user_id and p.topic = :topic
        where m.workspace_id = :workspaceId
          and m.role = any(string_to_array(:roles, ','))
          and (:userIds = ''
               or m.user_id = any(cast(string_to_array(:userIds, ',') as uuid[])))
     ), created as (
       insert into notices
         (workspace_id, user_id, kind, title_key, body_key, data, href, dedupe_key, in_app)
       select cast(:workspaceId as uuid), user_id, :kind, :titleKey, :bodyKey,
              cast(:data as jsonb), nullif(:href, ''), nullif(:dedupeKey, ''), in_app
         from recipients where in_app or by_email
       on conflict (workspace_id, user_id, dedupe_key) where dedupe_key is not null do nothing
       returning id, user_id
     )
     select c.id, r.by_email from created c join recipients r using (user_id)`,
    {
      workspaceId: input.workspaceId,
      topic,
      inApp: defaults.inApp,
      email: defaults.email,
      roles: roles.join(','),
      userIds: input.userIds?.join(',') ?? '',
      kind: input.kind,
      titleKey: input.titleKey,
      bodyKey: input.bodyKey,
      data: JSON.stringify(input.data ?? {}),
      href: input.href ?? '',
      dedupeKey: input.dedupeKey ?? '',
    }
  )
  for (const row of rows) {
    if (!row.by_email) continue
    const payload = { workspaceId: input.workspaceId, noticeId: row.id }
    await jobs.enqueue(SEND_NOTICE_JOB, payload, { trx })
  }
}
