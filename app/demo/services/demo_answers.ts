import { answerFromCatalogue, type CatalogueAnswer } from '#sales_agent'
import {
  HANDOFF_LINES,
  PRODUCT_QUESTIONS,
  SHOP_QUESTIONS,
  UNSOLD_QUESTIONS,
} from '#app/demo/data/visitor_lines'

export type DemoLocale = 'fr' | 'en'
export type LineKind = 'product' | 'shop' | 'unsold' | 'handoff'

export interface AnsweredLine {
  question: string
  answer: CatalogueAnswer
}

const LINES = {
  product: PRODUCT_QUESTIONS,
  shop: SHOP_QUESTIONS,
  unsold: UNSOLD_QUESTIONS,
  handoff: HANDOFF_LINES,
} as const

export type DemoAnswers = Record<DemoLocale, Record<LineKind, AnsweredLine[]>>

/**
 * Asks the real engine every line that the demo's visitors type, once: the conversations of the
 * demo workspace then show what the agent really answers from this catalogue.
 */
export async function askDemoLines(workspaceId: string): Promise<DemoAnswers> {
  const ask = async (locale: DemoLocale, kind: LineKind) => {
    const answered: AnsweredLine[] = []
    for (const question of LINES[kind][locale]) {
      answered.push({
        question,
        answer: await answerFromCatalogue({ workspaceId, text: question, locale }),
      })
    }
    return answered
  }
  const inLocale = async (locale: DemoLocale) => ({
    product: await ask(locale, 'product'),
    shop: await ask(locale, 'shop'),
    unsold: await ask(locale, 'unsold'),
    handoff: await ask(locale, 'handoff'),
  })
  return { fr: await inLocale('fr'), en: await inLocale('en') }
}
