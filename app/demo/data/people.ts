/** Invented people and companies: any likeness is chance. The domains cannot receive mail. */
export const FIRST_NAMES = {
  fr: [
    ...[
      'Camille',
      'Julien',
      'Manon',
      'Théo',
      'Chloé',
      'Hugo',
      'Léa',
      'Antoine',
      'Élodie',
      'Maxime',
    ],
    ...['Sarah', 'Nicolas', 'Inès', 'Baptiste', 'Margaux', 'Clément', 'Pauline', 'Mathis', 'Anaïs'],
    ...['Romain', 'Océane', 'Florian', 'Zoé', 'Quentin', 'Justine', 'Adrien', 'Nora', 'Yanis'],
  ],
  en: [
    ...['Emma', 'James', 'Olivia', 'Liam', 'Grace', 'Noah', 'Sophie', 'Oliver', 'Hannah', 'Daniel'],
    ...['Amelia', 'Jack', 'Isla', 'Ethan', 'Freya', 'Owen', 'Ruby', 'Callum', 'Nora', 'Finn'],
  ],
} as const

export const LAST_NAMES = {
  fr: [
    ...['Marchand', 'Vallet', 'Perrin', 'Brossard', 'Collet', 'Rivière', 'Chevalier', 'Guérin'],
    ...['Lambert', 'Fontaine', 'Roussel', 'Masson', 'Duval', 'Barbier', 'Noël', 'Renaud', 'Girod'],
    ...['Blanchard', 'Bertin', 'Faure', 'Ducret', 'Mermet', 'Favre', 'Jacquier', 'Tissot'],
  ],
  en: [
    ...['Walker', 'Bennett', 'Hughes', 'Carter', 'Ellis', 'Fletcher', 'Harper', 'Lawson', 'Morgan'],
    ...['Pearson', 'Reid', 'Sutton', 'Turner', 'Whitfield', 'Young', 'Barnes', 'Dawson', 'Foster'],
  ],
} as const

export const COMPANIES = [
  ...[
    'Gîte des Aravis',
    'Club Alpin Belle Étoile',
    'Hôtel du Semnoz',
    'École de parapente Tournette',
  ],
  ...['Refuge du Parmelan', 'Colonie Les Mélèzes', 'Camping La Ravoire', 'Agence Cimes & Lacs'],
  ...[
    'Vélo-école du Lac',
    'Festival Montagne en Scène',
    'Comité d’entreprise Alpima',
    'Lycée du Fier',
  ],
  ...['Northwind Trails', 'Lakeside Lodge', 'Highland Scouts', 'Copperhill Cycling Club'],
] as const

/** Domain reserved for examples (RFC 2606). */
export const MAIL_DOMAIN = 'example.com'
