/**
 * Colours of every chart. On paper they are used as they are; on a page each is replaced by
 * the theme's own variable, so that one drawing fits light and dark. They differ in lightness
 * too, so that the series stay apart in grey print and for colour-blind readers.
 */
export const CHART_COLORS = {
  primary: '#0e553d',
  accent: '#d9a949',
  muted: '#8f9892',
  grid: '#dee0d9',
  text: '#434d48',
} as const

const PAGE_VARIABLES: Record<keyof typeof CHART_COLORS, string> = {
  primary: 'var(--color-primary)',
  accent: 'var(--color-accent)',
  muted: 'color-mix(in oklab, var(--color-base-content) 45%, var(--color-base-100))',
  grid: 'var(--color-base-300)',
  text: 'color-mix(in oklab, var(--color-base-content) 80%, var(--color-base-100))',
}

/** Replaces the colours of paper by the variables of the page's theme. */
export function withThemeColors(svg: string): string {
  return Object.entries(CHART_COLORS).reduce((drawing, [name, color]) => {
    const variable = PAGE_VARIABLES[name as keyof typeof CHART_COLORS]
    return drawing.replaceAll(color, variable)
  }, svg)
}
