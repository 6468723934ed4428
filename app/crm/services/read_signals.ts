import type { ScoreSignals } from '#app/crm/services/score_prospect'

/** Words of a question about money, in the languages that the agent speaks. */
const PRICE =
  /\b(price|prices|cost|costs|how much|quote|discount|prix|tarif|tarifs|combien|co[uû]te|devis|remise|preis|kosten|wieviel|wie viel|angebot|precio|cu[aá]nto|presupuesto|prezzo|quanto|preventivo)(?!\p{L})/iu

/** Words of somebody who wants to buy or be called. */
const INTENT =
  /\b(buy|order|purchase|book|call me|contact me|interested|acheter|commander|commande|réserver|intéress\w*|rappelez|contactez|rappeler|kaufen|bestellen|interessiert|comprar|pedido|interesad\w*|comprare|ordinare|interessat\w*)(?!\p{L})/iu

/** Reads signs of interest from what a person wrote. */
export function readSignals(text: string | null | undefined): ScoreSignals {
  if (!text) return {}
  const signals: ScoreSignals = {}
  if (PRICE.test(text)) signals.askedPrice = true
  if (INTENT.test(text)) signals.buyingIntent = true
  return signals
}
