import { plain } from '#app/sales_agent/catalog/search/plain'

/** Turns of phrase that say what the visitor wants besides the product itself. */
export interface Signals {
  greeting: boolean
  thanks: boolean
  goodbye: boolean
  /** Asks whether something is in stock or still available. */
  availability: boolean
  /** Asks what something costs. */
  price: boolean
  compare: boolean
  /** Wants a person. */
  human: boolean
  /** Refers to what was shown before: "is it", "and in blue", "this one". */
  followUp: boolean
  /** Asks how the shop works: a question word with "you". */
  question: boolean
  /** Asks who or what is answering. */
  identity: boolean
  /** Asks for ideas or what the shop has in general. */
  browse: boolean
}

type Patterns = Record<keyof Signals, { fr: RegExp; en: RegExp }>

const PATTERNS: Patterns = {
  greeting: {
    fr: /^\W*(?:bonjour|bonsoir|salut|coucou|hello|hey|allo)\b/,
    en: /^\W*(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening|day)|greetings|yo)\b/,
  },
  thanks: {
    fr: /\b(?:merci|parfait|super|genial|top|nickel|impeccable)\b/,
    en: /\b(?:thanks|thank you|thx|cheers|perfect|great|awesome|brilliant)\b/,
  },
  goodbye: {
    fr: /\b(?:au revoir|a bientot|bonne (?:journee|soiree|fin)|a plus|ciao)\b/,
    en: /\b(?:goodbye|bye|see you|have a (?:nice|good) (?:day|evening|one))\b/,
  },
  availability: {
    fr: /\b(?:en stock|disponibles?|dispo|dispos|il (?:vous )?en reste|encore en|avez[- ]vous encore|epuise|en rupture)\b/,
    en: /\b(?:in stock|available|availability|any left|left in|still have|still got|sold out|out of stock)\b/,
  },
  price: {
    fr: /\b(?:combien (?:coute|coutent|ca|est|vaut|pour)|c'est combien|quel(?:s)? (?:est|sont)? ?(?:le|les|son)? ?(?:prix|tarifs?)|a quel prix|prix d)/,
    en: /\b(?:how much (?:is|are|does|do|for|would)|what(?:'s| is| are)? (?:the )?(?:price|cost)|price of|cost of)\b/,
  },
  compare: {
    fr: /\b(?:difference|comparer?|comparez|comparaison|lequel|laquelle|lesquels|mieux entre|plutot)\b/,
    en: /\b(?:difference|compare|comparison|versus|vs|which (?:one|of (?:these|those|them))|better between)\b/,
  },
  human: {
    fr: /\b(?:(?:parler|discuter|echanger|joindre|contacter|appeler)\b.{0,20}\b(?:quelqu'?un|humain|conseill\w+|vendeu\w+|personne|equipe|responsable|service client)|un (?:humain|conseiller|vendeur)|vrai(?:e)? personne|service client|rappele[rz][- ]moi|me rappeler|etre rappele)/,
    en: /\b(?:(?:talk|speak|chat|contact|call|reach)\b.{0,20}\b(?:someone|somebody|human|person|adviser|advisor|agent|representative|team|staff|manager)|real person|human being|customer service|call me back|a human)\b/,
  },
  followUp: {
    fr: /^\W*(?:et|mais|ok|oui)\b|\b(?:celui|celle|ceux|celles|lequel|laquelle|les deux|il est|elle est|ils sont|elles sont|existe|est-il|est-elle|sont-ils|sont-elles|l'avez|la meme|le meme|les memes|ca|cela|le premier|la premiere|le deuxieme|le second|la deuxieme|le dernier)\b/,
    en: /^\W*(?:and|but|ok|yes|what about|how about)\b|\b(?:it|its|them|they|this one|that one|these|those|the (?:first|second|third|last)(?: one)?|both|same|which one|either|one)\b/,
  },
  question: {
    fr: /\b(?:comment|quand|ou|quels?|quelles?|combien|pourquoi|puis[- ]je|peut[- ]on|pouvez[- ]vous|est[- ]ce (?:que|qu)|faites[- ]vous|livrez|acceptez|reparez|reprenez|proposez)\b/,
    en: /\b(?:how|when|where|what|why|can i|could i|may i|do you|are you|is there|which)\b/,
  },
  identity: {
    fr: /\b(?:(?:es|etes)[- ](?:tu|vous) (?:un |une )?(?:robot|humain\w*|ia|bot|vraie?|reel\w*|personne)|qui (?:es|etes)[- ](?:tu|vous)|tu es qui|vous etes qui|parle a (?:un|une) (?:robot|humain|machine|ia))/,
    en: /\b(?:are you (?:a |an )?(?:robot|human|bot|ai|real|person|machine)|who are you|what are you|talking to (?:a |an )?(?:robot|bot|human|machine|person|ai))\b/,
  },
  browse: {
    fr: /\b(?:que vendez|qu'est-ce que vous (?:vendez|proposez|avez)|quels? (?:produits|articles)|votre (?:catalogue|gamme|selection|offre)|des idees|idees? cadeaux?|un cadeau|vos (?:produits|articles|nouveautes))\b/,
    en: /\b(?:what do you (?:sell|have|offer)|what (?:products|items)|your (?:catalogue|catalog|range|products|selection)|any ideas|gift idea|gift ideas|gift for|present for)\b/,
  },
}

/** Signals in a message. Both languages are tried where the detected one says nothing. */
export function readIntents(text: string, locale: string): Signals {
  const folded = plain(text).replaceAll('’', "'")
  const language = locale === 'fr' ? 'fr' : 'en'
  const entries = Object.entries(PATTERNS).map(([name, patterns]) => [
    name,
    patterns[language].test(folded),
  ])
  return Object.fromEntries(entries) as Signals
}
