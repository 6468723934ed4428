import { test } from '@japa/runner'
import { detectContact } from '#app/sales_agent/conversations/services/detect_contact'
import { asksForAPerson } from '#app/sales_agent/conversations/services/detect_handoff'

test.group('Contact details in free text', () => {
  test('{text}')
    .with([
      {
        text: 'Contact me at Ann.Smith@example.com please',
        locale: 'en',
        found: { name: null, email: 'ann.smith@example.com', phone: null, rest: '' },
      },
      {
        text: 'Vous pouvez me joindre au 06 12 34 56 78, merci',
        locale: 'fr',
        found: { name: null, email: null, phone: '+33612345678', rest: '' },
      },
      {
        text: 'Bonjour, je m’appelle Jean-Paul Lefèvre et mon mail est jp@exemple.fr.',
        locale: 'fr',
        found: { name: 'Jean-Paul Lefèvre', email: 'jp@exemple.fr', phone: null, rest: '' },
      },
      {
        text: 'my name is ann and my number is +44 20 7946 0018',
        locale: 'en',
        found: { name: 'Ann', email: null, phone: '+442079460018', rest: '' },
      },
      {
        text: 'Vous pouvez m’écrire à iris@exemple.fr',
        locale: 'fr',
        found: { name: null, email: 'iris@exemple.fr', phone: null, rest: '' },
      },
      {
        text: 'Écrivez-moi : leo@exemple.fr',
        locale: 'fr',
        found: { name: null, email: 'leo@exemple.fr', phone: null, rest: '' },
      },
      {
        text: 'Oui, contactez-moi : Léa Dupont, lea.dupont@exemple.fr ou 06 12 34 56 78',
        locale: 'fr',
        found: {
          name: 'Léa Dupont',
          email: 'lea.dupont@exemple.fr',
          phone: '+33612345678',
          rest: '',
        },
      },
      {
        text: 'Contactez-moi : Julie Martin, julie@exemple.fr',
        locale: 'fr',
        found: { name: 'Julie Martin', email: 'julie@exemple.fr', phone: null, rest: '' },
      },
      {
        text: 'Rappelez-moi : Paul Durand, 06 12 34 56 78',
        locale: 'fr',
        found: { name: 'Paul Durand', email: null, phone: '+33612345678', rest: '' },
      },
      {
        text: 'Copper Light, zoe@example.com',
        locale: 'en',
        found: { name: null, email: 'zoe@example.com', phone: null, rest: 'Copper Light' },
      },
      { text: 'La tente 2 places à 129,90 € réf. 4006381333931', locale: 'fr', found: null },
      { text: 'Do you have size 42 under 50 €?', locale: 'en', found: null },
      { text: 'Is the order 0612345678 shipped?', locale: 'en', found: null },
    ] as const)
    .run(({ assert }, { text, locale, found }) => {
      assert.deepEqual(detectContact(text, locale), found)
    })

  test('keeps the question beside the contact details', ({ assert }) => {
    const found = detectContact('Avez-vous une tente rouge ? Mon e-mail : zoe@exemple.fr', 'fr')
    assert.equal(found?.email, 'zoe@exemple.fr')
    assert.equal(found?.rest, 'Avez-vous une tente rouge ?')
    const asked = detectContact('Do you have a tent? Contact me at ann@example.com', 'en')
    assert.equal(asked?.rest, 'Do you have a tent?')
  })
})

test.group('A wish for a person', () => {
  test('{$self}')
    .with([
      'Je voudrais parler à un humain',
      'puis-je parler avec quelqu’un ?',
      'Passez-moi un conseiller svp',
      'Rappelez-moi',
      'humain',
      'Can I talk to a human?',
      'I want to speak with a real person',
      'connect me to an operator',
      'human please',
    ])
    .run(({ assert }, text) => assert.isTrue(asksForAPerson(text)))

  test('not: {$self}')
    .with([
      'Une tente pour une personne',
      'sac pour deux personnes',
      'A tent for one person',
      'De quoi parle ce livre ?',
      'Is the helmet good for people with glasses?',
      'Un parfum pour un commercial',
    ])
    .run(({ assert }, text) => assert.isFalse(asksForAPerson(text)))
})
