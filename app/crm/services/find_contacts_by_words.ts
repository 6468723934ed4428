import db from '@adonisjs/lucid/services/db'
import type { KnownContact } from '#llm'

/** More contacts than this for one message are namesakes; the rules about names find the rest. */
const LIMIT = 200

/**
 * Prospects whose surname, and companies whose first word, is one of these words (folded as
 * `crm_fold` does). The gateway keeps them out of what it sends to a model.
 */
export async function findContactsByWords(
  workspaceId: string,
  words: string[]
): Promise<KnownContact[]> {
  const [people, companies] = await Promise.all([
    db
      .from('prospects')
      .where('workspace_id', workspaceId)
      .whereRaw('crm_surname_word(last_name, name) = any(?)', [words])
      .select('first_name', 'last_name', 'name')
      .limit(LIMIT),
    db
      .from('companies')
      .where('workspace_id', workspaceId)
      .whereRaw(`crm_fold(split_part(name, ' ', 1)) = any(?)`, [words])
      .select('name')
      .limit(LIMIT),
  ])
  return [
    ...people.map(contactOf),
    ...companies.map(({ name }): KnownContact => {
      const names = name.includes(' ') ? [name] : []
      return { kind: 'COMPANY', names, capitalisedNames: [name] }
    }),
  ]
}

interface Person {
  first_name: string | null
  last_name: string | null
  name: string | null
}

function contactOf({ first_name: first, last_name: last, name }: Person): KnownContact {
  const names = name?.includes(' ') ? [name] : []
  if (first && last) names.push(`${first} ${last}`, `${last} ${first}`)
  const capitalisedNames = [last, name].filter((each) => each !== null)
  return { kind: 'PERSON', names, capitalisedNames }
}
