import { test } from '@japa/runner'
import { classifyRequest } from '#app/llm/classify/classify_request'
import { stripHiddenCharacters } from '#app/llm/safety/hidden_characters'

test.group('Request classes', () => {
  test('{prompt} is {class}')
    .with([
      { prompt: 'Translate "bonjour" into English', class: 'simple' },
      { prompt: 'Combien de couleurs existe-t-il ?', class: 'simple' },
      {
        prompt:
          'Write a friendly reply to a customer whose parcel has arrived one day later than announced.',
        class: 'standard',
      },
      { prompt: 'Compare ces deux devis et dis-moi lequel choisir', class: 'complex' },
      { prompt: 'Analyse the risks of this project', class: 'complex' },
      { prompt: 'Rédige un rapport complet sur les ventes de l’année', class: 'advanced' },
      { prompt: 'Trends over all our projects, please', class: 'advanced' },
    ])
    .run(({ assert }, { prompt, class: expected }) => {
      assert.equal(classifyRequest('llm.api', prompt), expected)
    })

  test('long prompts get a larger class', ({ assert }) => {
    assert.equal(classifyRequest('llm.api', 'mot '.repeat(400)), 'complex')
    assert.equal(classifyRequest('llm.api', 'mot '.repeat(1_600)), 'advanced')
  })
})

test.group('Hidden characters', () => {
  test('tags, zero-width marks and lone surrogates are removed, words stay', ({ assert }) => {
    assert.equal(stripHiddenCharacters('pri\u200Bce\u{E0041}\uD800 été\n'), 'price été\n')
    assert.equal(stripHiddenCharacters('e\u0301te\u0301'), 'été')
  })
})
