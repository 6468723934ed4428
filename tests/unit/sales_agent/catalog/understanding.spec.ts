import { test } from '@japa/runner'
import { detectLocale } from '#app/sales_agent/catalog/answer/locale'
import { readPriceLimits } from '#app/sales_agent/catalog/answer/price_limits'
import { repair } from '#app/sales_agent/catalog/answer/repair'
import { understand } from '#app/sales_agent/catalog/answer/understand'
import { editDistance } from '#app/sales_agent/catalog/search/distance'
import { lexicon } from '#app/sales_agent/catalog/search/lexicon'
import { phoneticKey } from '#app/sales_agent/catalog/search/phonetic'
import { stem } from '#app/sales_agent/catalog/search/stem'
import { tokenize } from '#app/sales_agent/catalog/search/plain'
import { Vocabulary } from '#app/sales_agent/catalog/search/vocabulary'

function vocabularyOf(words: { fr?: string; en?: string }) {
  const rows = (['fr', 'en'] as const).flatMap((locale) =>
    (words[locale] ?? '')
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => ({ locale, word, labels: 5, anywhere: 5 }))
  )
  return new Vocabulary(1, rows, [])
}

test.group('Language of a message', () => {
  test('{text}')
    .with([
      { text: 'une tente 2 places', locale: 'fr' },
      { text: 'do you have tents', locale: 'en' },
      { text: 'bonjour, un pull rouge ?', locale: 'fr' },
      { text: 'hi, any red jumper?', locale: 'en' },
      { text: "c'est combien", locale: 'fr' },
    ])
    .run(({ assert }, { text, locale }) => {
      assert.equal(detectLocale(text, 'en'), locale)
      assert.equal(detectLocale(text, 'fr'), locale)
    })

  test('a message without a telling word stays in the language of the conversation', ({
    assert,
  }) => {
    assert.equal(detectLocale('42', 'fr'), 'fr')
    assert.equal(detectLocale('ok', 'en'), 'en')
  })
})

test.group('Price limits', () => {
  const limitsOf = (text: string) => readPriceLimits(text).limits

  test('maximum: {$self}')
    .with([
      'under 50 €',
      'less than 50',
      'moins de 50 euros',
      'max 50',
      'à 50 € maximum',
      '50€ or less',
      'budget de 50 €',
      'pas plus de 50€',
      "jusqu'à 50 euros",
      'moins de cinquante euros',
      'under fifty dollars',
      'below $50.00',
    ])
    .run(({ assert }, text) => assert.equal(limitsOf(`a lamp ${text}`).maxCents, 5000))

  test('between, at least, around', ({ assert }) => {
    assert.containsSubset(limitsOf('entre 20 et 40'), { minCents: 2000, maxCents: 4000 })
    assert.containsSubset(limitsOf('between $20 and $40'), { minCents: 2000, maxCents: 4000 })
    assert.containsSubset(limitsOf('20-40 €'), { minCents: 2000, maxCents: 4000 })
    assert.containsSubset(limitsOf('plus de 100 €'), { minCents: 10000, maxCents: null })
    assert.containsSubset(limitsOf('environ 30 euros'), { targetCents: 3000 })
    assert.containsSubset(limitsOf('around 30'), { targetCents: 3000 })
    assert.containsSubset(limitsOf('50 bucks'), { targetCents: 5000 })
    assert.containsSubset(limitsOf('under 1 299,90 €'), { maxCents: 129990 })
  })

  test('measures are no prices', ({ assert }) => {
    for (const text of [
      'a bag of less than 20 l',
      'plus de 3 places',
      'moins de 2 kg',
      'size 42',
    ]) {
      const { maxCents, minCents, targetCents } = limitsOf(text)
      assert.deepEqual([maxCents, minCents, targetCents], [null, null, null], text)
    }
  })

  test('cheapest and dearest', ({ assert }) => {
    assert.equal(limitsOf('la tente la moins chère').sort, 'cheapest')
    assert.equal(limitsOf('your cheapest sofa').sort, 'cheapest')
    assert.equal(limitsOf('le plus cher').sort, 'priciest')
    assert.isTrue(limitsOf('une lampe pas chère').cheap)
  })
})

test.group('Words', () => {
  test('tokens, stems, distances, sounds', ({ assert }) => {
    assert.deepEqual(tokenize('T-shirt d’été 1,7 L'), ['t', 'shirt', 'd', 'ete', '1.7', 'l'])
    assert.equal(stem('chaussures', 'fr'), stem('chaussure', 'fr'))
    assert.equal(stem('isolées', 'fr').length > 0 && stem('verte', 'fr'), stem('vert', 'fr'))
    assert.equal(stem('knives', 'en'), stem('knife', 'en'))
    assert.notEqual(stem('bedding', 'en'), stem('bed', 'en'))
    assert.equal(editDistance('tnet', 'tent', 2), 1)
    assert.equal(editDistance('lamp', 'sofa', 2), 3)
    assert.equal(phoneticKey('couto', 'fr'), phoneticKey('couteau', 'fr'))
    assert.equal(phoneticKey('nife', 'en'), phoneticKey('knife', 'en'))
  })

  test('the lexicon reads the longest phrase, English from its end', ({ assert }) => {
    const read = (text: string, locale: string) =>
      lexicon()
        .read(tokenize(text), locale)
        .flatMap((hit) => hit.concepts)
    assert.include(read('sac à dos', 'fr'), 'backpack')
    assert.include(read('folding bike lock', 'en'), 'bike_lock')
    assert.isTrue(lexicon().isA('sneakers', 'footwear'))
  })

  test('every concept that a concept or a need names exists', ({ assert }) => {
    const { concepts, needs } = lexicon()
    for (const concept of concepts.values()) {
      for (const broader of concept.is) assert.isTrue(concepts.has(broader), broader)
    }
    for (const need of needs) {
      for (const id of need.means) assert.isTrue(concepts.has(id), id)
    }
  })
})

test.group('Understanding', () => {
  test('corrects spelling against the catalogue and the lexicon', ({ assert }) => {
    const vocabulary = vocabularyOf({ fr: 'bouilloire tente duvet', en: 'kettle tent' })
    const kettle = understand('boulloire', 'fr', vocabulary)
    assert.deepEqual(kettle.terms[0]!.words, ['bouilloire'])
    assert.equal(kettle.terms[0]!.corrected, 'boulloire')
    assert.deepEqual(understand('lether jaket', 'en', vocabulary).terms[0]!.words, [
      'leather',
      'jacket',
    ])
  })

  test('known words are not corrected into products', ({ assert }) => {
    const vocabulary = vocabularyOf({ en: 'belt boots', fr: 'balade' })
    for (const text of ['piano', 'guitar', 'washing machine']) {
      const [term] = understand(text, 'en', vocabulary).terms
      assert.isUndefined(term?.corrected, text)
    }
    assert.isUndefined(understand('je suis malade', 'fr', vocabulary).terms[0]?.corrected)
  })

  test('without a telling word, the language in which the message makes sense', ({ assert }) => {
    const vocabulary = vocabularyOf({ fr: 'tente', en: 'tent' })
    assert.equal(understand('rechau a gaz', 'en', vocabulary).locale, 'fr')
  })

  test('a need is read as the things that serve it', ({ assert }) => {
    const vocabulary = vocabularyOf({ en: 'cooler thermos' })
    const { terms } = understand('keep my drinks cold at the beach', 'en', vocabulary)
    assert.include(terms.find((term) => term.kind === 'need')!.concepts, 'cooler')
  })

  test('what is mentioned beside the request is set aside', ({ assert }) => {
    const vocabulary = vocabularyOf({ en: 'bell bike' })
    const { terms } = understand('a bell for my bike', 'en', vocabulary)
    assert.isTrue(terms.find((term) => term.concepts.includes('bike'))!.aside)
  })
})

test.group('Spelling', () => {
  test('a few words are mended, a page of gibberish is not', ({ assert }) => {
    const vocabulary = vocabularyOf({ en: 'tent' })
    const lastOf = (gibberish: number) =>
      repair([...Array<string>(gibberish).fill('qwxzvbkj'), 'tennt'], 'en', vocabulary).tokens.at(
        -1
      )
    assert.equal(lastOf(2), 'tent')
    assert.equal(lastOf(40), 'tennt')
  })
})
