const PERSON_FR =
  "(?:(?:un|une|le|la|votre|vos|de)\\s+)*(?:vrai[es]?\\s+)?(?:humaine?s?|êtres?\\s+humains?|personnes?|conseill(?:er|ère|ers)|vendeu(?:r|se)s?|op[ée]rateur|responsable|commercial|quelqu['’]un|équipe|service\\s+client)"
const PERSON_EN =
  '(?:(?:a|an|the|your|some|real|actual|live)\\s+)*(?:human|person|people|someone|somebody|representative|rep|operator|advisor|adviser|manager|staff|team|customer\\s+service|salesperson|(?:human|live)\\s+agent)'

const REQUESTS = [
  new RegExp(`\\b(?:parler|discuter|échanger|causer)\\s+(?:à|a|avec)\\s+${PERSON_FR}`, 'iu'),
  new RegExp(
    `\\b(?:contacter|joindre|appeler|passe[zr]?[- ]moi|transf[ée]re[zr]?[- ]moi\\s+(?:à|vers))\\s+${PERSON_FR}`,
    'iu'
  ),
  /\b(?:être|etre|me faire)\s+rappel[ée]|\brappelez[- ]moi\b/iu,
  /\b(?:un|une)\s+(?:vrai[es]?\s+)(?:humain|personne)/iu,
  new RegExp(`\\b(?:talk|speak|chat)\\s+(?:to|with)\\s+${PERSON_EN}\\b`, 'iu'),
  new RegExp(
    `\\b(?:connect|transfer|put)\\s+me\\s+(?:to|with|through\\s+to)\\s+${PERSON_EN}\\b`,
    'iu'
  ),
  /\b(?:real|actual|live)\s+(?:human|person|agent)\b/iu,
  /\b(?:call\s+me\s+back|human\s+please)\b/iu,
  /^\W*(?:(?:un|une|a|an)\s+)?(?:humain|human|conseiller|conseillère|operator|opérateur|representative)(?:\s+(?:please|svp|s['’]il vous pla[iî]t))?\W*$/iu,
]

/** Whether the visitor asks for a person instead of the agent, in French or English. */
export function asksForAPerson(text: string): boolean {
  return REQUESTS.some((request) => request.test(text))
}
