import type { Edge } from 'edge.js'

/**
 * Edge names the tag of a component in camelCase (`@pageHeader`). File names here are
 * snake_case, so a component also answers to the name of its file: `@page_header`.
 */
export function allowSnakeCaseTags(edge: Edge): void {
  const { loader } = edge
  const listComponents = loader.listComponents.bind(loader)
  loader.listComponents = () =>
    listComponents().map((disk) => ({
      ...disk,
      components: disk.components.flatMap((component) => {
        const fileName = component.componentName.replace(/^.*?components\//, '')
        const tagName = fileName.replace(/\/index$/, '').replaceAll('/', '.')
        return tagName === component.tagName ? [component] : [component, { ...component, tagName }]
      }),
    }))
}
