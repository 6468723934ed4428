import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'

/** Up to this many changed products their words are added; above, everything is counted anew. */
const INCREMENTAL_LIMIT = 200

const LABELS = `to_tsvector(''catalog_simple'', concat_ws('' '', t.title, t.category,
  array_to_string(t.tags, '' ''), t.options_text, t.attributes::text,
  (select p.vendor from products p where p.id = t.product_id)))`
const ANYWHERE = `${LABELS} || to_tsvector(''catalog_simple'', t.description)`

/** Longer "words" are serial numbers and addresses. */
const WORD = `word ~ '^\\w+$' and length(word) <= 32`

/**
 * Brings the workspace's list of words up to date after products changed and raises the version
 * of the catalogue, so that every process reads the list again.
 */
export async function refreshVocabulary(
  workspaceId: string,
  changedIds: string[],
  client: TransactionClientContract | typeof db = db
): Promise<void> {
  if (changedIds.length === 0) return
  if (changedIds.length <= INCREMENTAL_LIMIT) await addWords(workspaceId, changedIds, client)
  else await countAnew(workspaceId, client)
  await client.rawQuery(
    `insert into catalogs (workspace_id) values (?)
     on conflict (workspace_id) do update set version = catalogs.version + 1, updated_at = now()`,
    [workspaceId]
  )
}

async function countAnew(workspaceId: string, client: TransactionClientContract | typeof db) {
  const run = async (trx: TransactionClientContract) => {
    await lock(workspaceId, trx)
    await trx.rawQuery('delete from product_terms where workspace_id = ?', [workspaceId])
    const { rows } = await trx.rawQuery(
      'select distinct locale from product_texts where workspace_id = ?',
      [workspaceId]
    )
    for (const { locale } of rows) await insertWords(workspaceId, locale, null, trx)
  }
  if ('transaction' in client && !('isTransaction' in client && client.isTransaction)) {
    await client.transaction(run)
  } else {
    await run(client as TransactionClientContract)
  }
}

async function addWords(
  workspaceId: string,
  ids: string[],
  client: TransactionClientContract | typeof db
) {
  const run = async (trx: TransactionClientContract) => {
    await lock(workspaceId, trx)
    const { rows } = await trx.rawQuery(
      'select distinct locale from product_texts where workspace_id = ? and product_id = any(?)',
      [workspaceId, ids]
    )
    for (const { locale } of rows) await insertWords(workspaceId, locale, ids, trx)
  }
  if ('isTransaction' in client && client.isTransaction) {
    await run(client as TransactionClientContract)
  } else {
    await client.transaction(run)
  }
}

/** One refresh per workspace at a time; released with the transaction. */
async function lock(workspaceId: string, trx: TransactionClientContract) {
  await trx.rawQuery('select pg_advisory_xact_lock(hashtextextended(?, 61))', [workspaceId])
}

/** `ts_stat` takes a query as text: only ids, which are checked here, go into it. */
async function insertWords(
  workspaceId: string,
  locale: string,
  ids: string[] | null,
  trx: TransactionClientContract
) {
  const quoted = [workspaceId, ...(ids ?? [])]
  if (!quoted.every((id) => /^[0-9a-f-]{36}$/.test(id)) || !/^[a-z]{2,3}$/.test(locale)) {
    throw new Error(`Not an id or a locale: ${quoted.join(', ')} ${locale}`)
  }
  const scope = `from product_texts t where t.workspace_id = ''${workspaceId}''
    and t.locale = ''${locale}''${ids ? ` and t.product_id in (${ids.map((id) => `''${id}''`).join(',')})` : ''}`
  await trx.rawQuery(
    `insert into product_terms (workspace_id, locale, word, labels, anywhere)
     select '${workspaceId}', '${locale}', word, coalesce(l.ndoc, 0), a.ndoc
     from ts_stat('select ${ANYWHERE} ${scope}') a
     left join ts_stat('select ${LABELS} ${scope}') l using (word)
     where ${WORD.replaceAll('?', '\\?')}
     on conflict (workspace_id, locale, word) do update set
       labels = product_terms.labels + excluded.labels,
       anywhere = product_terms.anywhere + excluded.anywhere`
  )
}
