import db from '@adonisjs/lucid/services/db'
import { NOTICE_TOPICS, defaultChannels, type NoticeTopic } from '#app/accounts/notice_topics'

export const NOTICE_PAGE_SIZE = 30

export interface NoticeRow {
  id: string
  kind: string
  titleKey: string
  bodyKey: string
  data: Record<string, unknown>
  href: string | null
  readAt: Date | null
  createdAt: Date
}

/** One reader in one workspace: notices are never shared. */
export interface Reader {
  workspaceId: string
  userId: string
}

/** Newest first; `before` is the id of the last notice of the page before. */
export async function listNotices(
  reader: Reader,
  before?: string
): Promise<{ notices: NoticeRow[]; next: string | null }> {
  const { rows } = await db.rawQuery<{ rows: NoticeRow[] }>(
    `select id, kind, title_key as "titleKey", body_key as "bodyKey", data, href,
            read_at as "readAt", created_at as "createdAt"
       from notices
      where workspace_id = :workspaceId and user_id = :userId and in_app
        and (:before = '' or id < cast(nullif(:before, '') as uuid))
      order by id desc limit :limit`,
    { ...reader, before: before ?? '', limit: NOTICE_PAGE_SIZE + 1 }
  )
  const notices = rows.slice(0, NOTICE_PAGE_SIZE)
  return { notices, next: rows.length > NOTICE_PAGE_SIZE ? notices.at(-1)!.id : null }
}

export async function countUnread(reader: Reader): Promise<number> {
  const { rows } = await db.rawQuery<{ rows: { count: number }[] }>(
    `select count(*) from notices
      where workspace_id = :workspaceId and user_id = :userId and read_at is null and in_app`,
    { ...reader }
  )
  return rows[0]?.count ?? 0
}

/** Marks one notice as read and tells where it leads; null when it is not the reader's. */
export async function openNotice(
  reader: Reader,
  id: string
): Promise<{ href: string | null } | null> {
  const { rows } = await db.rawQuery<{ rows: { href: string | null }[] }>(
    `update notices set read_at = coalesce(read_at, now())
      where id = :id and workspace_id = :workspaceId and user_id = :userId returning href`,
    { ...reader, id }
  )
  return rows[0] ?? null
}

export async function markAllRead(reader: Reader): Promise<void> {
  await db.rawQuery(
    `update notices set read_at = now()
      where workspace_id = :workspaceId and user_id = :userId and read_at is null`,
    { ...reader }
  )
}

export interface TopicPreference {
  topic: NoticeTopic
  inApp: boolean
  email: boolean
}

export async function noticePreferences(reader: Reader): Promise<TopicPreference[]> {
  const { rows } = await db.rawQuery<{
    rows: { topic: string; in_app: boolean; email: boolean }[]
  }>(
    `select topic, in_app, email from notice_preferences
      where workspace_id = :workspaceId and user_id = :userId`,
    { ...reader }
  )
  return NOTICE_TOPICS.map((topic) => {
    const chosen = rows.find((row) => row.topic === topic)
    return chosen
      ? { topic, inApp: chosen.in_app, email: chosen.email }
      : { topic, ...defaultChannels(topic) }
  })
}

export async function saveNoticePreferences(
  reader: Reader,
  preferences: TopicPreference[]
): Promise<void> {
  await db
    .knexQuery()
    .table('notice_preferences')
    .insert(
      preferences.map(({ topic, inApp, email }) => ({
        workspace_id: reader.workspaceId,
        user_id: reader.userId,
        topic,
        in_app: inApp,
        email,
      }))
    )
    .onConflict(['workspace_id', 'user_id', 'topic'])
    .merge()
}
