import { test } from '@japa/runner'
import { cleanLine, cleanUrl, htmlToText } from '#app/sales_agent/catalog/import/clean_text'
import { detectTextLocale } from '#app/sales_agent/catalog/import/language'
import { readCurrency } from '#app/sales_agent/catalog/import/currency'
import { parsePrice } from '#app/sales_agent/catalog/import/price'
import { parseStock } from '#app/sales_agent/catalog/import/stock'

test.group('Prices', () => {
  test('reads {text}')
    .with([
      { text: '29.99', cents: 2999 },
      { text: '29,99 €', cents: 2999 },
      { text: '1 299,90 €', cents: 129990 },
      { text: '1\u202f299,90', cents: 129990 },
      { text: '1,299.90', cents: 129990 },
      { text: '1.299,90', cents: 129990 },
      { text: '$1,299', cents: 129900 },
      { text: '1.299', cents: 129900 },
      { text: '0.125', cents: 13 },
      { text: '23.900000', cents: 2390 },
      { text: '1299,-', cents: 129900 },
      { text: "CHF 1'200.50", cents: 120050 },
      { text: '1,234,567.89', cents: 123456789 },
      { text: '45,00 EUR TTC', cents: 4500 },
      { text: '-5', cents: -500 },
      { text: '0', cents: 0 },
    ])
    .run(({ assert }, { text, cents }) => assert.equal(parsePrice(text)?.cents, cents))

  test('refuses what is no amount', ({ assert }) => {
    for (const text of ['', 'abc', 'free', '1,23,4', '12 pieces', '1.2.3', 'NaN', '€']) {
      assert.isNull(parsePrice(text), text)
    }
  })

  test('tells the currency', ({ assert }) => {
    assert.equal(parsePrice('£5')?.currency, 'GBP')
    assert.equal(parsePrice('5 chf')?.currency, 'CHF')
    assert.isNull(parsePrice('5')!.currency)
    assert.equal(parsePrice('12 nzd')?.currency, 'NZD')
    assert.isNull(parsePrice('12 ZZZ'))
  })

  test('reads currency cells, refuses currencies that do not exist', ({ assert }) => {
    assert.deepEqual(['eur', '€', 'Euros', 'CHF'].map(readCurrency), ['EUR', 'EUR', 'EUR', 'CHF'])
    assert.deepEqual(['ZZZ', 'XXX', 'E', 'money'].map(readCurrency), [null, null, null, null])
  })
})

test.group('Stock', () => {
  test('reads counts and words', ({ assert }) => {
    assert.deepEqual(parseStock('12'), { stock: 12, available: true })
    assert.deepEqual(parseStock('1 200'), { stock: 1200, available: true })
    assert.deepEqual(parseStock('10+'), { stock: 10, available: true })
    assert.deepEqual(parseStock('-3'), { stock: 0, available: false })
    assert.deepEqual(parseStock('En stock'), { stock: null, available: true })
    assert.deepEqual(parseStock('rupture'), { stock: 0, available: false })
    assert.deepEqual(parseStock('épuisé'), { stock: 0, available: false })
    assert.deepEqual(parseStock(''), { stock: null, available: true })
    assert.isNull(parseStock('beaucoup'))
  })
})

test.group('Texts of a shop', () => {
  test('HTML becomes readable text, scripts disappear', ({ assert }) => {
    const html =
      '<p>Soft &amp; warm</p><ul><li>wool</li><li>caf&eacute;</li></ul>' +
      '<script>alert("x")</script><style>p{}</style><img src=x onerror=alert(1)>'
    assert.equal(htmlToText(html), 'Soft & warm\n- wool\n- café')
  })

  test('a title of nothing but markup keeps it, to be shown escaped', ({ assert }) => {
    assert.equal(cleanLine('<b>Chair</b>  oak '), 'Chair oak')
    assert.equal(cleanLine('<script>alert(1)</script>'), '<script>alert(1)</script>')
    assert.equal(cleanLine('a\u0007b\ud800'), 'ab\ufffd')
  })

  test('only web addresses are kept', ({ assert }) => {
    assert.equal(cleanUrl(' https://shop.example/a '), 'https://shop.example/a')
    assert.isNull(cleanUrl('javascript:alert(1)'))
    assert.isNull(cleanUrl('//shop.example/a'))
    assert.isNull(cleanUrl('https://a b'))
  })

  test('languages', ({ assert }) => {
    assert.equal(detectTextLocale('Lampe de bureau', 'Une lampe pour lire.', 'en'), 'fr')
    assert.equal(detectTextLocale('Yellow Wool Jumper', '', 'fr'), 'en')
    assert.equal(detectTextLocale('XZ-200', '', 'fr'), 'fr')
    assert.equal(
      detectTextLocale('Der Stuhl', 'Der Stuhl ist aus Holz und mit Leder für die Küche.', 'en'),
      'de'
    )
    assert.equal(detectTextLocale('מנורה', '', 'en'), 'he')
  })
})
