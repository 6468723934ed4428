import db from '@adonisjs/lucid/services/db'
import { notifyOperators } from '#accounts'
import { thresholds, watch } from '#config/llm'
import { levelOf, technicalFigures, type TechnicalFigures } from './technical_figures.js'

type Figure = keyof typeof thresholds

/**
 * Tells the operators when a figure of the whole box crosses one of its thresholds: once for each
 * threshold and day (UTC), again when the figure had been well in between. Only the worse of two
 * crossed thresholds is told; too few calls say nothing.
 *
 * @returns the figures that were told of
 */
export async function watchThresholds(now = new Date()): Promise<Figure[]> {
  const figures = await technicalFigures(null, watch.window)
  if (figures.calls < watch.minimumCalls) return []
  const told: Figure[] = []
  for (const figure of Object.keys(thresholds) as Figure[]) {
    const value = valueOf(figure, figures)
    const level = levelOf(figure, value)
    if (level === 'good') await rearm(figure)
    else if (level !== 'unknown' && (await tell(figure, level, value!, now))) told.push(figure)
  }
  return told
}

function valueOf(figure: Figure, figures: TechnicalFigures): number | null {
  switch (figure) {
    case 'latencyMs':
      return figures.p90
    case 'costPerThousandNano':
      return figures.costPerThousandNano
    case 'errors':
    case 'cacheHits':
    case 'uptime':
      return figures[figure]
  }
}

async function rearm(figure: Figure): Promise<void> {
  await db.from('llm_threshold_notices').where('figure', figure).delete()
}

/** @returns whether this was news: one statement decides, also between two workers */
async function tell(
  figure: Figure,
  level: 'warn' | 'bad',
  value: number,
  now: Date
): Promise<boolean> {
  return db.transaction(async (trx) => {
    const { rows } = await trx.rawQuery<{ rows: object[] }>(
      `insert into llm_threshold_notices as n (figure, day, level) values (:figure, :day, :level)
       on conflict (figure) do update set day = excluded.day, level = excluded.level
       where n.day < excluded.day or (n.level = 'warn' and excluded.level = 'bad')
       returning figure`,
      { figure, level, day: now.toISOString().slice(0, 10) }
    )
    if (rows.length === 0) return false
    await notifyOperators(
      {
        kind: `llm.threshold`,
        titleKey: `llm.notices.${figure}.title`,
        bodyKey: `llm.notices.${figure}.body`,
        data: {
          level,
          value: shown(figure, value),
          limit: shown(figure, thresholds[figure][level]),
        },
        href: `/models/technical?window=${watch.window}&box=true`,
      },
      trx
    )
    return true
  })
}

/** In the unit that the texts name: seconds, per cent or dollars. */
function shown(figure: Figure, value: number): number {
  const [unit, digits] = UNITS[figure]
  return Number((value / unit).toFixed(digits))
}

const UNITS: Record<Figure, [unit: number, digits: number]> = {
  latencyMs: [1_000, 1],
  errors: [0.01, 1],
  costPerThousandNano: [1e9, 4],
  cacheHits: [0.01, 1],
  uptime: [0.01, 2],
}
