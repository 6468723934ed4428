import { escapeXml } from '#shared/charts/escape_xml'
import type { TwoWeeks } from '#app/reports/home/facts/day_counts'

const WIDTH = 420
const HEIGHT = 132
const BASE = 108
const GROUP = WIDTH / 7
const BAR = 17

/**
 * Bars of the running week over those of the week before, Monday first, as SVG that takes its
 * colours from the page's theme. Decorative: the page gives the same figures as a table.
 *
 * @param names seven short names of days
 */
export function drawDayBars(counts: TwoWeeks, names: string[]): string {
  const highest = Math.max(1, ...counts.current, ...counts.previous)
  const days = names.map((name, day) => {
    const middle = GROUP * day + GROUP / 2
    const isToday = day === counts.begun - 1
    return [
      bar(middle - BAR - 1, counts.previous[day] ?? 0, highest, 'var(--chart-before)'),
      bar(middle + 1, counts.current[day] ?? 0, highest, 'var(--color-primary)'),
      `<text x="${middle}" y="${BASE + 17}" text-anchor="middle" font-size="11.5" ` +
        `font-weight="${isToday ? 650 : 400}" ` +
        `fill="${isToday ? 'var(--color-base-content)' : 'var(--muted)'}">${escapeXml(name)}</text>`,
    ].join('')
  })
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">${days.join('')}` +
    `<line x1="0" x2="${WIDTH}" y1="${BASE + 0.5}" y2="${BASE + 0.5}" stroke="var(--hairline)"/></svg>`
  )
}

function bar(x: number, count: number, highest: number, fill: string): string {
  if (count === 0) return ''
  const height = Math.max(3, Math.round((count / highest) * (BASE - 18)))
  const top = BASE - height
  return (
    `<path d="M${x} ${BASE}V${top + 3}q0-3 3-3h${BAR - 6}q3 0 3 3V${BASE}z" fill="${fill}"/>` +
    `<text x="${x + BAR / 2}" y="${top - 5}" text-anchor="middle" font-size="10.5" ` +
    `fill="var(--muted)">${count}</text>`
  )
}
