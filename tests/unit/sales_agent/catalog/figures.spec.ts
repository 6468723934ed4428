import { test } from '@japa/runner'
import { verifyFigures } from '#sales_agent'
import type { ProductCard } from '#sales_agent'

const card = (fields: Partial<ProductCard> = {}): ProductCard => ({
  id: '01a1f99a-95d9-7733-baad-cb6f0089e741',
  title: 'Gift card 25 €',
  price: '1299.90',
  currency: 'EUR',
  compareAtPrice: '1499.00',
  available: true,
  stock: 3,
  url: null,
  image: null,
  variants: [{ label: '44', price: '1350.00', stock: 2, available: true }],
  ...fields,
})

test.group('Figures of an answer', () => {
  test('right: {$self}')
    .with([
      'Il coûte 1 299,90 € (plus que 3 en stock).',
      'It is €1,299.90, 3 left.',
      'Was 1499 €, now 1299.90 EUR.',
      'The Gift card 25 € costs €1,350.00 (44): only 2 left.',
      'We have 12 colours and deliver in 3 days.',
      'Under 50 € I have nothing.',
    ])
    .run(({ assert }, text) => {
      assert.deepEqual(verifyFigures(text, [card()], ['under 50']).wrong, [])
    })

  test('wrong: {text}')
    .with([
      { text: 'It costs €1,299.00.', kind: 'price' },
      { text: 'Seulement 19,90 € !', kind: 'price' },
      { text: 'It is $5 off.', kind: 'price' },
      { text: 'Il en reste 7.', kind: 'stock' },
      { text: 'We have 12 in stock.', kind: 'stock' },
      { text: '15 pièces disponibles', kind: 'stock' },
    ])
    .run(({ assert }, { text, kind }) => {
      const { ok, wrong } = verifyFigures(text, [card()])
      assert.isFalse(ok)
      assert.equal(wrong[0]!.kind, kind)
    })
})
