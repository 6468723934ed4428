/** One measured figure. */
export interface BenchRow {
  name: string
  value: number
  unit: string
  /** What the figure is compared with; a target that starts with `≤` is a ceiling. */
  target?: string | number
}

/** Prints rows as an aligned table with the ratio to the target where there is one. */
export function formatRows(rows: BenchRow[]): string {
  const cells = rows.map((row) => {
    const goal = row.target === undefined ? null : Number(String(row.target).replace(/[^\d.]/g, ''))
    const ratio = goal ? `${(row.value / goal).toFixed(2)}×` : ''
    return [row.name, formatNumber(row.value), row.unit, String(row.target ?? ''), ratio]
  })
  const all = [['what', 'measured', 'unit', 'target', 'ratio'], ...cells]
  const widths = all[0]!.map((_, i) => Math.max(...all.map((line) => line[i]!.length)))
  return all
    .map((line) =>
      line
        .map((cell, i) => (i === 1 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join('  ')
    )
    .join('\n')
}

function formatNumber(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2)
}
