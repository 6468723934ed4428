export type ActOrder = 'none' | 'group' | 'static' | 'full'

/**
 * The order in which GPTQ rounds the columns of a weight matrix. Columns whose inputs are strong
 * (large on the Hessian's diagonal) are best rounded early, while many others are left to make up
 * for their error.
 *
 * - `none`: as they come
 * - `full`, `static`: by the diagonal, descending ("act-order")
 * - `group`: groups by their strongest column, columns inside a group by the diagonal; keeps the
 *   groups whole, so that readers need no permutation ("group-aware", GPTQModel's GAR)
 *
 * @param groupSize columns per group; a divisor of the number of columns
 */
export function columnOrder(diagonal: Float32Array, order: ActOrder, groupSize: number) {
  const columns = Uint32Array.from({ length: diagonal.length }, (_, i) => i)
  const strongest = (a: number, b: number) => diagonal[b]! - diagonal[a]! || a - b
  if (order === 'none') return columns
  if (order !== 'group') return columns.sort(strongest)
  const groups: Uint32Array[] = []
  for (let from = 0; from < columns.length; from += groupSize) {
    groups.push(columns.subarray(from, from + groupSize).sort(strongest))
  }
  groups.sort((a, b) => strongest(a[0]!, b[0]!))
  return Uint32Array.from(groups.flatMap((group) => [...group]))
}
