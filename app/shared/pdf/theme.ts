/** Lengths in points (72 to the inch), A4 upright. */
export const PAGE = { width: 595.28, height: 841.89, margin: 42, top: 62, bottom: 54 } as const

export const CONTENT_WIDTH = PAGE.width - 2 * PAGE.margin

/** Colours of the printed report: dark enough on white for people with weak sight (4.5:1). */
export const INK = {
  text: '#15231d',
  soft: '#4e5c56',
  line: '#dee0d9',
  tint: '#eef7f1',
  primary: '#0e553d',
} as const
