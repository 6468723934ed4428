import encryption from '@adonisjs/core/services/encryption'
import db from '@adonisjs/lucid/services/db'
import { privacy } from '#config/llm'
import { decodeCursor, pageOf, type Page } from '#shared/pagination'

/** Exactly what left the box and what came back, with placeholders in place of what is personal. */
export interface DisclosedText {
  system: string
  messages: { role: string; text: string }[]
  answer: string | null
}

export interface Disclosure extends DisclosedText {
  id: string
  purpose: string
  provider: string
  model: string
  counts: Record<string, number>
  createdAt: Date
  expiresAt: Date
}

export interface DisclosureInput extends DisclosedText {
  workspaceId: string
  callId: string
  purpose: string
  provider: string
  model: string
  counts: Record<string, number>
}

/** What a workspace may choose: nothing, a day, a week, a month. */
export const KEEP_DAYS = [0, 1, 7, 30] as const

const PER_PAGE = 20

/** Days that a workspace keeps what left; 0 keeps nothing. */
export async function disclosureDays(workspaceId: string): Promise<number> {
  const row = await db
    .from('llm_privacy_settings')
    .where('workspace_id', workspaceId)
    .select('keep_days')
    .first()
  return row?.keep_days ?? privacy.disclosureDays
}

export async function setDisclosureDays(workspaceId: string, days: number): Promise<void> {
  await db
    .table('llm_privacy_settings')
    .insert({ workspace_id: workspaceId, keep_days: days })
    .onConflict('workspace_id')
    .merge(['keep_days'])
  // A shorter time counts for what is kept already.
  await db
    .from('llm_disclosures')
    .where('workspace_id', workspaceId)
    .where('created_at', '<=', new Date(Date.now() - days * 86_400_000))
    .delete()
}

/** Notes what an external provider was sent, encrypted, for as long as the workspace wants. */
export async function recordDisclosure(input: DisclosureInput): Promise<void> {
  const days = await disclosureDays(input.workspaceId)
  if (days === 0) return
  const { system, messages, answer } = input
  await db.table('llm_disclosures').insert({
    workspace_id: input.workspaceId,
    call_id: input.callId,
    purpose: input.purpose,
    provider: input.provider,
    model: input.model,
    counts: JSON.stringify(input.counts),
    content: encryption.encrypt({ system, messages, answer } satisfies DisclosedText),
    expires_at: new Date(Date.now() + days * 86_400_000),
  })
}

/** What left, newest first. */
export async function listDisclosures(
  workspaceId: string,
  cursor?: string
): Promise<Page<Disclosure>> {
  const after = decodeCursor(cursor, ['uuid'])
  const rows = await db
    .from('llm_disclosures')
    .where('workspace_id', workspaceId)
    .where('expires_at', '>', new Date())
    .if(after, (query) => query.where('id', '<', String(after![0])))
    .orderBy('id', 'desc')
    .limit(PER_PAGE + 1)
  const read = rows.flatMap((row): Disclosure[] => {
    const text = encryption.decrypt<DisclosedText>(row.content)
    if (!text) return []
    const { id, purpose, provider, model, counts } = row
    return [
      {
        ...{ id, purpose, provider, model, counts, ...text },
        createdAt: row.created_at,
        expiresAt: row.expires_at,
      },
    ]
  })
  return pageOf(read, PER_PAGE, ({ id }) => [id])
}

/** Forgets what has expired: mappings of conversations and copies of what left. */
export async function forgetExpired(now = new Date()): Promise<void> {
  await db.from('llm_placeholders').where('expires_at', '<=', now).delete()
  await db.from('llm_disclosures').where('expires_at', '<=', now).delete()
}
