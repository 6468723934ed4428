/** Facts about a prospect that only a conversation or a person can tell. */
export interface ScoreSignals {
  /** They asked what something costs. */
  askedPrice?: boolean
  /** They used words of somebody who wants to buy. */
  buyingIntent?: boolean
}

export interface ScoreFacts {
  name: string | null
  email: string | null
  phone: string | null
  companyName: string | null
  signals: ScoreSignals
  messageCount: number
  /** Largest amount of their open or won deals. */
  amountCents: number | null
  /** When they last did something themselves; null when they never did (an imported contact). */
  lastActivityAt: Date | null
}

/** One reason with its points; the text is the translation of `crm.score.<key>`. */
export interface ScoreReason {
  key: string
  points: number
  data?: Record<string, number>
}

export interface ProspectScore {
  /** 0 to 100. */
  score: number
  /** Largest first. Empty for a score of 0. */
  reasons: ScoreReason[]
}

const DAY_MS = 86_400_000

/**
 * Scores a prospect with a short list of open rules, so that everybody can see why and no
 * profile is built behind anybody's back (GDPR art. 22). Points add up to at most 100:
 * contact 30, intent 30, amount 15, conversation 10, recency 15.
 *
 * The limits are first guesses from small shops' practice, in one place to be adjusted.
 */
export function scoreProspect(facts: ScoreFacts, now = new Date()): ProspectScore {
  const reasons: ScoreReason[] = []
  const add = (key: string, points: number, data?: Record<string, number>) =>
    reasons.push(data ? { key, points, data } : { key, points })

  if (facts.email) add('email', 12)
  if (facts.phone) add('phone', 10)
  if (facts.name) add('name', 4)
  if (facts.companyName) add('company', 4)

  if (facts.signals.buyingIntent) add('buying_intent', 18)
  if (facts.signals.askedPrice) add('asked_price', 12)

  const amount = facts.amountCents ?? 0
  if (amount >= 100_000) add('amount_large', 15, { amountCents: amount })
  else if (amount >= 10_000) add('amount_medium', 10, { amountCents: amount })
  else if (amount > 0) add('amount_small', 5, { amountCents: amount })

  const count = facts.messageCount
  if (count >= 6) add('many_messages', 10, { count })
  else if (count >= 2) add('some_messages', 5, { count })

  const days = facts.lastActivityAt
    ? Math.max(0, Math.floor((now.getTime() - facts.lastActivityAt.getTime()) / DAY_MS))
    : Infinity
  if (days < 7) add('active_this_week', 15)
  else if (days < 30) add('active_this_month', 8, { days })

  reasons.sort((a, b) => b.points - a.points)
  return { score: reasons.reduce((sum, { points }) => sum + points, 0), reasons }
}
