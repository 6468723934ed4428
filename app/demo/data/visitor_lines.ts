/** What visitors of the demo shop type. Answers are not scripted: the engine gives them. */
export const PRODUCT_QUESTIONS = {
  fr: [
    ...['Bonjour, avez-vous une tente pour 3 personnes à moins de 300 € ?'],
    ...['Je cherche un sac à dos de 30 litres pour la randonnée'],
    ...['Une lampe frontale rechargeable s’il vous plaît'],
    ...['Quel réchaud léger me conseillez-vous ?', 'sac de couchage chaud pour l’hiver'],
    ...['Vous avez des sacoches de vélo étanches ?', 'casque vélo pour enfant'],
    ...['Antivol vélo solide moins de 80 euros', 'gourde isotherme 1 litre'],
    ...['Chaussures de randonnée imperméables en 42 ?', 'veste imperméable femme taille M'],
    ...['une bouilloire pour le camping', 'Avez-vous des bâtons de randonnée pliants ?'],
    ...['couteau de cuisine pas trop cher', 'Sécateur pour rosiers', 'composteur pour un balcon'],
    ...['valise cabine légère', 'matelas gonflable confortable', 'gants chauds pour le ski'],
    ...['Une idée de cadeau autour de 30 € pour un randonneur ?', 'carte cadeau'],
    ...['moulin à café manuel', 'poêle en fonte', 'hamac avec moustiquaire'],
    ...['Faites-vous la révision des vélos ?', 'poncho de pluie vélo', 'raquettes à neige'],
  ],
  en: [
    ...['Hi, do you have a tent for 3 people under 300 €?', 'I need a 30 litre hiking backpack'],
    ...['rechargeable headlamp please', 'Which lightweight stove would you recommend?'],
    ...['warm sleeping bag for winter', 'waterproof bike panniers', 'bike helmet for a child'],
    ...[
      'strong bike lock under 80 euros',
      'insulated bottle 1 litre',
      'waterproof hiking boots 42',
    ],
    ...['women’s rain jacket size M', 'camping kettle', 'foldable trekking poles'],
    ...['affordable kitchen knife', 'pruning shears for roses', 'light cabin suitcase'],
    ...['comfortable sleeping mat', 'a present around 30 € for a hiker', 'gift card'],
    ...['manual coffee grinder', 'cast iron pan', 'do you service bikes?', 'snowshoes'],
  ],
} as const

export const SHOP_QUESTIONS = {
  fr: [
    ...['Quels sont vos délais de livraison ?', 'Puis-je retourner un article ?'],
    ...['Quels sont vos horaires ?', 'Vous acceptez le paiement en plusieurs fois ?'],
    ...['Le retrait en magasin est-il possible ?', 'Quelle est la garantie ?'],
  ],
  en: [
    ...['How long does delivery take?', 'Can I return an item?', 'What are your opening hours?'],
    ...['Which payment methods do you accept?', 'Can I pick up in store?'],
  ],
} as const

export const UNSOLD_QUESTIONS = {
  fr: [
    ...['Vendez-vous des pneus de voiture ?', 'un iPhone d’occasion ?', 'Avez-vous des kayaks ?'],
    ...['trottinette électrique', 'Avez-vous des skis de fond ?', 'machine à laver'],
  ],
  en: [
    ...['Do you sell car tyres?', 'kayaks?', 'electric scooter', 'cross-country skis'],
    ...['Do you have wedding dresses?', 'laptop'],
  ],
} as const

export const HANDOFF_LINES = {
  fr: ['Je voudrais parler à un conseiller', 'Est-ce que quelqu’un peut m’appeler ?'],
  en: ['I would like to speak to a person', 'Can somebody from the shop help me?'],
} as const

export const HUMAN_LINES = {
  fr: [
    'Bonjour, ici l’équipe de l’atelier : je regarde cela tout de suite.',
    'Bonjour, c’est possible pour samedi matin. Je vous envoie la confirmation par e-mail.',
  ],
  en: [
    'Hello, this is the shop’s team: let me check that for you.',
    'Hello, Saturday morning works. I am sending you the confirmation by e-mail.',
  ],
} as const

/** `{name}` and `{email}` are filled in. */
export const CONTACT_LINES = {
  fr: [
    'Parfait, vous pouvez me recontacter : {name}, {email}',
    'Je m’appelle {name}, mon e-mail est {email}, pouvez-vous m’envoyer un devis ?',
    'C’est pour un groupe de 12 personnes, écrivez-moi à {email}. {name}',
  ],
  en: [
    'Great, contact me at {email}, my name is {name}',
    'My name is {name}, please send a quote to {email}',
    'It is for a group of 12, write to {email}. {name}',
  ],
} as const
