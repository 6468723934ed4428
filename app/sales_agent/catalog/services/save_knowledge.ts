import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'

export interface KnowledgeRow {
  /** Stable name of the fact, the same in every language. */
  key: string
  locale: string
  question: string
  answer: string
  keywords: string[]
}

/** Creates or updates what the shop knows beside its products, by key and language. */
export async function saveKnowledge(
  workspaceId: string,
  rows: KnowledgeRow[],
  client: TransactionClientContract | typeof db = db
): Promise<void> {
  if (rows.length === 0) return
  await client.rawQuery(
    `insert into knowledge_entries (workspace_id, key, locale, question, answer, keywords)
     select ?, k.key, k.locale, k.question, k.answer, k.keywords
     from jsonb_to_recordset(?::jsonb)
       as k(key text, locale text, question text, answer text, keywords text[])
     on conflict (workspace_id, key, locale) do update set
       question = excluded.question, answer = excluded.answer, keywords = excluded.keywords,
       updated_at = now()`,
    [workspaceId, JSON.stringify(rows)]
  )
  await client.rawQuery(
    `insert into catalogs (workspace_id) values (?)
     on conflict (workspace_id) do update set version = catalogs.version + 1, updated_at = now()`,
    [workspaceId]
  )
}
