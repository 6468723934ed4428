import type { HttpContext } from '@adonisjs/core/http'
import { DateTime, Info } from 'luxon'
import { drawDayBars } from '#app/reports/home/day_bars'
import { readHome } from '#app/reports/home/facts/read_home'

/** First page after signing in: how to begin, or how the day stands. */
export default class HomeController {
  async show({ view, workspace, i18n }: HttpContext) {
    const facts = await readHome(workspace)
    if (facts.setUp.firstRun) {
      return view.render('reports/home/first_run', { setUp: facts.setUp })
    }
    const names = Info.weekdays('short', { locale: i18n.locale })
    return view.render('reports/home/dashboard', {
      facts,
      names,
      today: DateTime.now()
        .setZone(workspace.timezone)
        .setLocale(i18n.locale)
        .toFormat('cccc d LLLL'),
      charts: {
        conversations: drawDayBars(facts.conversations, names),
        leads: drawDayBars(facts.leads, names),
      },
    })
  }
}
