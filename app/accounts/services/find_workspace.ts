import { UUID } from '#shared/uuid'
import Workspace from '#app/accounts/models/workspace'

/**
 * Finds a workspace the way a person at the terminal names it: by id, by slug, or by its name
 * when only one has it.
 */
export async function findWorkspace(named: string): Promise<Workspace | null> {
  if (UUID.test(named)) return Workspace.find(named)
  const bySlug = await Workspace.findBy('slug', named)
  if (bySlug) return bySlug
  const byName = await Workspace.query().where('name', named).limit(2)
  return byName.length === 1 ? byName[0]! : null
}
