import type { Standing, WeekDetails, WeekFacts } from '#app/reports/facts/week_facts'
import { rate } from '#app/reports/measures/rate'

/** Model credit that lasts fewer weeks than this is worth a warning. */
const WEEKS_OF_CREDIT_WANTED = 2
/** A question that came this often is worth an entry in the knowledge base. */
const REPEATED_QUESTION = 2
/** Share of questions without an answer above which the catalogue needs care. */
const UNANSWERED_SHARE = 0.2

export type SuggestionKind =
  | 'import_products'
  | 'install_widget'
  | 'handoffs_waiting'
  | 'follow_up_leads'
  | 'answer_questions'
  | 'extend_catalogue'
  | 'top_up_usd'
  | 'top_up_conversations'
  | 'main_loss_reason'
  | 'link_deals'
  | 'tell_margin'

/** What to do next, with the facts that made the rule speak and the page where it is done. */
export interface Suggestion {
  kind: SuggestionKind
  facts: Record<string, number | string>
  href: string
}

export interface SuggestionInput {
  week: WeekFacts
  details: WeekDetails
  standing: Standing
  grossMarginPercent: number | null
}

type Rule = (input: SuggestionInput) => Suggestion | null

/** Rules from the most to the least urgent; people first, then the catalogue, then settings. */
const RULES: Rule[] = [
  ({ standing }) =>
    standing.products === 0 ? suggestion('import_products', {}, '/catalog/import') : null,

  ({ standing }) =>
    standing.handoffsWaiting > 0
      ? suggestion('handoffs_waiting', { count: standing.handoffsWaiting }, '/conversations')
      : null,

  ({ standing }) =>
    standing.leadsWithoutFollowUp > 0
      ? suggestion('follow_up_leads', { count: standing.leadsWithoutFollowUp }, '/pipeline')
      : null,

  ({ week, standing }) => {
    const runsOut = week.usageUsdMicros * WEEKS_OF_CREDIT_WANTED > standing.usdAvailableMicros
    if (week.usageUsdMicros === 0 || !runsOut) return null
    const days = Math.floor((standing.usdAvailableMicros / week.usageUsdMicros) * 7)
    return suggestion(
      'top_up_usd',
      { availableMicros: standing.usdAvailableMicros, usedMicros: week.usageUsdMicros, days },
      '/wallet'
    )
  },

  ({ week, standing }) =>
    !standing.conversationsUnlimited &&
    week.conversations > 0 &&
    standing.conversationsAvailable < week.conversations
      ? suggestion(
          'top_up_conversations',
          { available: standing.conversationsAvailable, used: week.conversations },
          '/wallet'
        )
      : null,

  ({ week, standing }) =>
    week.conversations === 0 && standing.products > 0
      ? suggestion('install_widget', {}, '/agent')
      : null,

  ({ details }) => {
    const repeated = details.unansweredQuestions.filter((one) => one.count >= REPEATED_QUESTION)
    const [first] = repeated.length > 0 ? repeated : details.unansweredQuestions
    if (!first) return null
    const count = details.unansweredQuestions.reduce((sum, one) => sum + one.count, 0)
    return suggestion('answer_questions', { count, question: first.text }, '/catalog')
  },

  ({ week }) => {
    const answered = rate(week.answered, week.answers)
    if (answered.tooFew || answered.value === null) return null
    const unanswered = 1 - answered.value
    return unanswered > UNANSWERED_SHARE
      ? suggestion('extend_catalogue', { percent: Math.round(unanswered * 100) }, '/catalog')
      : null
  },

  ({ week }) => {
    const known = week.lossReasons.filter((one) => one.reason !== null)
    const [first] = [...known].sort((a, b) => b.count - a.count)
    return first && first.count >= 2
      ? suggestion(
          'main_loss_reason',
          { reason: first.reason ?? '', count: first.count, lost: week.dealsLost },
          '/pipeline'
        )
      : null
  },

  ({ week }) => {
    const unlinked = week.wonDeals.filter((deal) => deal.conversationId === null).length
    return unlinked > 0
      ? suggestion('link_deals', { count: unlinked, won: week.wonDeals.length }, '/pipeline')
      : null
  },

  ({ week, grossMarginPercent }) =>
    grossMarginPercent === null && week.wonDeals.length > 0
      ? suggestion('tell_margin', {}, '/reports/settings')
      : null,
]

/** At most `limit` suggestions, the most urgent first. */
export function suggest(input: SuggestionInput, limit = 6): Suggestion[] {
  return RULES.map((rule) => rule(input))
    .filter((found) => found !== null)
    .slice(0, limit)
}

function suggestion(kind: SuggestionKind, facts: Suggestion['facts'], href: string): Suggestion {
  return { kind, facts, href }
}
