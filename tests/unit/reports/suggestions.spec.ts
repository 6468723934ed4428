import { test } from '@japa/runner'
import { suggest, type SuggestionInput } from '#app/reports/weekly/suggestions'
import {
  busyWeek,
  calm,
  details,
  emptyWeek,
  noDetails,
  wonDeal,
} from '#tests/unit/reports/fixtures'

function kinds(changes: Partial<SuggestionInput>): string[] {
  const input = { week: emptyWeek(), details: noDetails, standing: calm, grossMarginPercent: 30 }
  return suggest({ ...input, ...changes }, 20).map((one) => one.kind)
}

const talk = { ...emptyWeek(), conversations: 40, answers: 40, answered: 40 }

test.group('Reports: what to do next', () => {
  test('is silent when nothing waits', ({ assert }) => {
    assert.deepEqual(kinds({ week: talk }), [])
  })

  test('asks for products before all else', ({ assert }) => {
    assert.equal(
      kinds({ standing: { ...calm, products: 0, handoffsWaiting: 2 } })[0],
      'import_products'
    )
  })

  test('each rule speaks for its own fact', ({ assert }) => {
    const said = (changes: Partial<SuggestionInput>) => kinds({ week: talk, ...changes })
    assert.deepEqual(said({ standing: { ...calm, handoffsWaiting: 1 } }), ['handoffs_waiting'])
    assert.deepEqual(said({ standing: { ...calm, leadsWithoutFollowUp: 1 } }), ['follow_up_leads'])
    assert.deepEqual(said({ details }), ['answer_questions'])
    assert.deepEqual(said({ week: emptyWeek() }), ['install_widget'])
    assert.deepEqual(said({ week: { ...talk, answered: 20 } }), ['extend_catalogue'])
    assert.deepEqual(said({ standing: { ...calm, conversationsAvailable: 39 } }), [
      'top_up_conversations',
    ])
    assert.deepEqual(
      said({ standing: { ...calm, conversationsAvailable: 0, conversationsUnlimited: true } }),
      []
    )
    assert.deepEqual(
      said({ week: { ...talk, wonDeals: [wonDeal(1, { conversationId: null })] } }),
      ['link_deals']
    )
    assert.deepEqual(
      said({ week: { ...talk, wonDeals: [wonDeal(1)] }, grossMarginPercent: null }),
      ['tell_margin']
    )
  })

  test('warns when the credit lasts less than two weeks, with the days left', ({ assert }) => {
    const week = { ...talk, usageUsdMicros: 7_000_000 }
    const standing = { ...calm, usdAvailableMicros: 3_000_000 }
    const [found] = suggest({ week, details: noDetails, standing, grossMarginPercent: 30 })
    assert.equal(found!.kind, 'top_up_usd')
    assert.equal(found!.facts.days, 3)
    assert.deepEqual(kinds({ week, standing: { ...calm, usdAvailableMicros: 14_000_000 } }), [])
  })

  test('few answered conversations do not condemn the catalogue', ({ assert }) => {
    assert.deepEqual(kinds({ week: { ...talk, conversations: 5, answers: 5, answered: 1 } }), [])
  })

  test('quotes a question that came more than once, and stays short', ({ assert }) => {
    const asked = {
      ...noDetails,
      unansweredQuestions: [
        { text: 'once', count: 1 },
        { text: 'twice', count: 2 },
      ],
    }
    const found = suggest({ week: talk, details: asked, standing: calm, grossMarginPercent: 30 })
    assert.deepEqual(found[0]!.facts, { count: 3, question: 'twice' })
    const all = suggest({
      week: { ...busyWeek(), answered: 20 },
      details,
      standing: {
        ...calm,
        products: 0,
        handoffsWaiting: 1,
        leadsWithoutFollowUp: 1,
        usdAvailableMicros: 0,
        conversationsAvailable: 0,
      },
      grossMarginPercent: null,
    })
    assert.lengthOf(all, 6)
  })
})
