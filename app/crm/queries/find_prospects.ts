import { listProspects } from '#app/crm/queries/list_prospects'

export interface FoundProspect {
  id: string
  name: string | null
  email: string | null
  phone: string | null
  company_name: string | null
}

/**
 * Prospects in whose name, address, number or company the text occurs, the most recently active
 * first. Accents and capitals make no difference; quick over a hundred thousand.
 *
 * @param limit results at most
 */
export async function findProspects(
  workspaceId: string,
  text: string,
  limit: number
): Promise<FoundProspect[]> {
  const { rows } = await listProspects(workspaceId, { q: text, limit })
  return rows
}
