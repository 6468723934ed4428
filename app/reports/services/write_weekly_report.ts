import { Workspace } from '#accounts'
import { collectWeeks } from '#app/reports/facts/collect_weeks'
import { readStanding } from '#app/reports/facts/standing'
import { readCountingRules } from '#app/reports/services/settings'
import type { CountedWeek } from '#app/reports/facts/week_facts'
import { assembleReport } from '#app/reports/weekly/assemble_report'
import type { WeeklyReport } from '#app/reports/weekly/weekly_report'
import { weeksUpTo, type WeekId } from '#app/reports/weeks/week'

/** The reported week and the eight before it. */
const WEEKS_SHOWN = 9

const NO_DETAILS = { conversationsByDay: [], topProducts: [], unansweredQuestions: [] }

export interface WriteWeeklyReportInput {
  workspaceId: string
  week: WeekId
  /** Language of the reader; the workspace's own when absent. */
  locale?: string
  now?: Date
  /** Counts closed weeks anew instead of taking what was counted minutes ago. */
  fresh?: boolean
  /** Facts of the week and of those before it, oldest first, where the caller has them already. */
  counted?: CountedWeek[]
}

/**
 * Writes the report of one week from the facts of every room.
 *
 * @throws E_ROW_NOT_FOUND when the workspace does not exist
 */
export class WriteWeeklyReport {
  async handle(input: WriteWeeklyReportInput): Promise<WeeklyReport> {
    const { workspaceId, week } = input
    const now = input.now ?? new Date()
    const workspace = await Workspace.findOrFail(workspaceId)
    const { timezone } = workspace

    const [weeks, standing, settings] = await Promise.all([
      input.counted?.slice(-WEEKS_SHOWN) ??
        collectWeeks({
          workspaceId,
          timezone,
          weeks: weeksUpTo(week, WEEKS_SHOWN),
          now,
          fresh: input.fresh,
        }),
      readStanding(workspaceId, now),
      readCountingRules(workspaceId),
    ])
    return assembleReport({
      workspace: { id: workspace.id, name: workspace.name, currency: workspace.currency, timezone },
      locale: input.locale ?? workspace.locale,
      week,
      now,
      weeks,
      details: weeks.at(-1)?.details ?? NO_DETAILS,
      standing,
      settings,
    })
  }
}
