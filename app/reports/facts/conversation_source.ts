import { conversationFacts, productsShown } from '#sales_agent'
import type { CountedWeek } from '#app/reports/facts/week_facts'
import { daysOf, type WeekBounds, type WeekId } from '#app/reports/weeks/week'

const TOP_PRODUCTS = 10

export type ConversationWeek = Pick<
  CountedWeek,
  'visits' | 'conversations' | 'answers' | 'answered' | 'handedOver' | 'leads' | 'details'
>

/** What the sales agent tells about one week. */
export async function conversationWeek(
  workspaceId: string,
  timezone: string,
  week: WeekId,
  bounds: WeekBounds
): Promise<ConversationWeek> {
  const from = new Date(bounds.from)
  const to = new Date(bounds.to)
  const [facts, topProducts] = await Promise.all([
    conversationFacts(workspaceId, from, to, timezone),
    productsShown(workspaceId, from, to, TOP_PRODUCTS),
  ])
  // Conversations without any page view came through the API or the portal: nobody counts there.
  const isCounted = facts.visits > 0 || facts.conversations === 0
  const byDay = new Map(facts.byDay.map((one) => [one.day, one.conversations]))
  return {
    visits: isCounted ? facts.visits : null,
    conversations: facts.conversations,
    answers: facts.answered,
    answered: Math.max(0, facts.answered - facts.foundNothing),
    handedOver: facts.handedOver,
    leads: facts.leads,
    details: {
      conversationsByDay: daysOf(week).map((day) => byDay.get(day) ?? 0),
      topProducts,
      unansweredQuestions: facts.unanswered,
    },
  }
}
