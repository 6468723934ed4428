/** Enough for the pages that a busy box shows at the same time; a drawing has about 6 KB. */
const MAX_DRAWINGS = 400

const drawings = new Map<string, string>()

/**
 * Draws once what is asked for again: a drawing depends on nothing but its figures and words,
 * and laying out its axes takes longer than all the rest of a page.
 */
export function drawnOnce(key: string, draw: () => string): string {
  const known = drawings.get(key)
  if (known !== undefined) {
    // Moved to the end: the one that nobody asked for longest is the first to go.
    drawings.delete(key)
    drawings.set(key, known)
    return known
  }
  const drawing = draw()
  drawings.set(key, drawing)
  const [oldest] = drawings.keys()
  if (drawings.size > MAX_DRAWINGS && oldest !== undefined) drawings.delete(oldest)
  return drawing
}
