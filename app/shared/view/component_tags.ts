import type { Edge } from 'edge.js'

/**
 * Edge names the tag of a component in camelCase (`@pageHeader`). File names here are
 * snake_case, so a component also answers to the name of its file: `@page_header`.
 */
export function allowSnakeCaseTags(edge: Edge, { cache }: { cache: boolean }): void {
  const { loader } = edge
  const listComponents = loader.listComponents.bind(loader)
  const withFileNames = () =>
    listComponents().map((disk) => ({
      ...disk,
      components: disk.components.flatMap((component) => {
        const fileName = component.componentName.replace(/^.*?components\//, '')
        const tagName = fileName.replace(/\/index$/, '').replaceAll('/', '.')
        return tagName === component.tagName ? [component] : [component, { ...component, tagName }]
      }),
    }))

  // Edge asks anew for every page, by walking the folders; on a started box they do not change.
  let known: ReturnType<typeof withFileNames> | null = null
  loader.listComponents = () => {
    if (!cache) return withFileNames()
    return (known ??= withFileNames())
  }
}
