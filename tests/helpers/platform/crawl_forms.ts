import { addressOf, allRoutes } from '#tests/helpers/platform/all_routes'
import { formsIn, type PageForm } from '#tests/helpers/platform/page_forms'
import type { PlantedWorkspace } from '#tests/helpers/platform/planted_workspace'
import type { Walker } from '#tests/helpers/platform/walker'

/** Forms that end the session or the membership of the one who walks. */
const FAREWELLS = [/^\/logout$/, /sessions$/, /\/remove$/, /\/leave$/]

/** Every form on every page of the portal, one per action and set of fields. */
export async function crawlForms(walker: Walker, planted: PlantedWorkspace): Promise<PageForm[]> {
  const found = new Map<string, PageForm>()
  const pages = allRoutes().filter(
    ({ method, isApi, isWidget }) => method === 'GET' && !isApi && !isWidget
  )
  for (const page of pages) {
    const address = addressOf(page, planted.idIn)
    if (!address) continue
    const answer = await walker.send('GET', address)
    if (answer.status !== 200 || !answer.text.includes('<')) continue
    for (const form of formsIn(answer.text)) {
      if (form.method === 'GET' || FAREWELLS.some((farewell) => farewell.test(form.action)))
        continue
      form.action ||= address
      // The same form stands on every row of a list: once is enough.
      const kind = form.action.replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, ':id')
      found.set(`${form.method} ${kind} ${Object.keys(form.fields).sort().join()}`, form)
    }
  }
  return [...found.values()]
}
