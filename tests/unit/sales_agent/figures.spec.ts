import { test } from '@japa/runner'
import { figuresAreTrue } from '#app/sales_agent/conversations/services/figures_are_true'
import { SentenceGate } from '#app/sales_agent/conversations/services/sentence_gate'
import type { ProductCard } from '#app/sales_agent/conversations/types'

const card = (part: Partial<ProductCard>): ProductCard => ({
  id: '1',
  title: 'Tent Alto 2',
  price: '129.90',
  currency: 'EUR',
  compareAtPrice: null,
  available: true,
  stock: 4,
  url: null,
  image: null,
  variants: [],
  ...part,
})

const facts = (products: ProductCard[], question = 'A tent under 150 €?') => ({
  products,
  texts: [],
  question,
})

test.group('Figures in a model’s words', () => {
  test('true: {$self}')
    .with([
      'The Tent Alto 2 costs 129.90 €.',
      'La Tent Alto 2 coûte 129,90 € et elle est en stock.',
      'It is in stock, 4 left.',
      'This one is under 150 €.',
      'A good choice for the weekend.',
    ])
    .run(({ assert }, text) => assert.isTrue(figuresAreTrue(text, facts([card({})]))))

  test('false: {$self}')
    .with([
      'The Tent Alto 2 costs 119.90 €.',
      'It costs 150 €.',
      'Only 3 left.',
      'You get 10 % off.',
      'It costs one hundred euros.',
      'It costs ١٢٩ €.',
      'It is out of stock.',
      'Elle n’est plus disponible.',
    ])
    .run(({ assert }, text) => assert.isFalse(figuresAreTrue(text, facts([card({})]))))

  test('availability is checked product by product', ({ assert }) => {
    const products = [card({}), card({ id: '2', title: 'Tent Bivy', available: false, stock: 0 })]
    assert.isTrue(figuresAreTrue('The Tent Alto 2 is in stock.', facts(products)))
    assert.isFalse(figuresAreTrue('The Tent Bivy is in stock.', facts(products)))
    assert.isFalse(figuresAreTrue('Both are in stock.', facts(products)))
  })
})

test.group('Sentence gate', () => {
  test('passes whole sentences only after they were accepted', ({ assert }) => {
    const passed: string[] = []
    const gate = new SentenceGate(
      (text) => !text.includes('wrong'),
      (text) => passed.push(text)
    )
    for (const piece of ['It costs 129', '.90 €. It', ' is wrong. More', '.']) gate.push(piece)
    assert.deepEqual(passed, ['It costs 129.90 €. '])
    assert.isTrue(gate.refused)
    assert.isFalse(gate.finish())
  })

  test('lets the last sentence out at the end', ({ assert }) => {
    const gate = new SentenceGate(
      () => true,
      () => {}
    )
    gate.push('One. Two')
    assert.equal(gate.text, 'One. ')
    assert.isTrue(gate.finish())
    assert.equal(gate.text, 'One. Two')
  })
})
