import type { Standing, WeekDetails, WeekFacts } from '#app/reports/facts/week_facts'
import type { WonDeal } from '#app/reports/measures/attribution'
import { assembleReport, type ReportInput } from '#app/reports/weekly/assemble_report'
import type { WeeklyReport } from '#app/reports/weekly/weekly_report'
import { weeksUpTo, type WeekId } from '#app/reports/weeks/week'

export const WEEK: WeekId = '2026-W47'
/** Monday after the week, 08:00 in Paris. */
export const MONDAY = new Date('2026-11-23T07:00:00Z')

export function wonDeal(number: number, changes: Partial<WonDeal> = {}): WonDeal {
  return {
    dealId: `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`,
    title: `Tente Bergerie 3 places, lot ${number}`,
    customer: 'Refuge des Écrins',
    amountCents: 18_990 + number * 3_317,
    wonAt: '2026-11-19T14:20:00Z',
    conversationId: `10000000-0000-7000-8000-${String(number).padStart(12, '0')}`,
    conversationAt: '2026-11-16T09:00:00Z',
    ...changes,
  }
}

export function emptyWeek(week: WeekId = WEEK): WeekFacts {
  return {
    week,
    visits: 0,
    conversations: 0,
    answers: 0,
    answered: 0,
    handedOver: 0,
    leads: 0,
    dealsCreated: 0,
    dealsLost: 0,
    lossReasons: [],
    wonDeals: [],
    subscriptionCents: 0,
    usageUsdMicros: 0,
    usageByClass: {},
  }
}

export function busyWeek(week: WeekId = WEEK, scale = 1): WeekFacts {
  const times = (count: number) => Math.round(count * scale)
  return {
    week,
    visits: times(640),
    conversations: times(184),
    answers: times(412),
    answered: times(351),
    handedOver: times(14),
    leads: times(31),
    dealsCreated: times(27),
    dealsLost: times(6),
    lossReasons: [
      { reason: 'Price', count: times(3) },
      { reason: 'No answer', count: times(2) },
      { reason: null, count: times(1) },
    ],
    wonDeals: Array.from({ length: times(11) }, (_, index) => wonDeal(index + 1)),
    subscriptionCents: 2_310,
    usageUsdMicros: times(9_450_000),
    usageByClass: { simple: times(2_450_000), standard: times(7_000_000) },
  }
}

export const details: WeekDetails = {
  conversationsByDay: [31, 28, 24, 35, 29, 22, 15],
  topProducts: [
    { id: '1', title: 'Tente Bergerie 3 places', count: 41 },
    { id: '2', title: 'Sac à dos Bauges 45 L', count: 27 },
    { id: '3', title: 'Bouilloire électrique Cygnette', count: 12 },
  ],
  unansweredQuestions: [
    { text: 'Est-ce que vous réparez les fermetures éclair ?', count: 4 },
    { text: 'Do you ship to Réunion Island?', count: 2 },
  ],
}

export const noDetails: WeekDetails = {
  conversationsByDay: [0, 0, 0, 0, 0, 0, 0],
  topProducts: [],
  unansweredQuestions: [],
}

export const calm: Standing = {
  handoffsWaiting: 0,
  leadsWithoutFollowUp: 0,
  products: 312,
  usdAvailableMicros: 90_000_000,
  conversationsAvailable: 800,
  conversationsUnlimited: false,
}

export const waiting: Standing = {
  ...calm,
  handoffsWaiting: 3,
  leadsWithoutFollowUp: 8,
  usdAvailableMicros: 6_200_000,
}

/** A report made from facts, as the service would make it. */
export function report(changes: Partial<ReportInput> = {}): WeeklyReport {
  const growth = [0.42, 0.5, 0.47, 0.66, 0.7, 0.58, 0.81, 0.9, 1]
  return assembleReport({
    workspace: {
      id: '20000000-0000-7000-8000-000000000001',
      name: 'Aux Quatre Saisons',
      currency: 'EUR',
      timezone: 'Europe/Paris',
    },
    locale: 'fr',
    week: WEEK,
    now: MONDAY,
    weeks: weeksUpTo(WEEK, 9).map((week, index) => busyWeek(week, growth[index])),
    details,
    standing: waiting,
    settings: { usdRate: 0.9, grossMarginPercent: null },
    ...changes,
  })
}

/** Nothing happened, in any week. */
export function emptyReport(changes: Partial<ReportInput> = {}): WeeklyReport {
  return report({
    weeks: weeksUpTo(WEEK, 9).map((week) => emptyWeek(week)),
    details: noDetails,
    standing: calm,
    ...changes,
  })
}

/** Names and amounts that do not want to fit. */
export function hugeReport(changes: Partial<ReportInput> = {}): WeeklyReport {
  const word = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
  const deals = Array.from({ length: 400 }, (_, index) =>
    wonDeal(index + 1, {
      title: index % 3 === 0 ? `${word}${word}${word}` : `${word} & Söhne `.repeat(4),
      customer: index % 2 === 0 ? `${word}, ${word}` : null,
      amountCents: 98_765_432_100 + index,
    })
  )
  return report({
    workspace: {
      id: '20000000-0000-7000-8000-000000000002',
      name: `${word} & Cie, établissements Œuvre-Dupont-Łódź `.repeat(3),
      currency: 'EUR',
      timezone: 'America/Argentina/ComodRivadavia',
    },
    weeks: weeksUpTo(WEEK, 9).map((week) => ({
      ...busyWeek(week),
      visits: 98_765_432,
      conversations: 12_345_678,
      answers: 24_000_000,
      answered: 12_000_000,
      leads: 9_876_543,
      wonDeals: week === WEEK ? deals : deals.slice(0, 100),
      lossReasons: [{ reason: `${word} ${word}`, count: 6 }],
      usageUsdMicros: 123_456_789_012,
    })),
    details: {
      conversationsByDay: [1_763_668, 1_763_668, 1_763_668, 1_763_668, 1_763_668, 0, 9],
      topProducts: Array.from({ length: 10 }, (_, index) => ({
        id: String(index),
        title: `${word} ${index}`,
        count: 123_456,
      })),
      unansweredQuestions: Array.from({ length: 10 }, () => ({
        text: '🙂 Où est-ce que je peux trouver la notice ?\n\u0000 <script>alert(1)</script> '.repeat(
          6
        ),
        count: 99_999,
      })),
    },
    ...changes,
  })
}
