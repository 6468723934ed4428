import { readFile } from 'node:fs/promises'
import db from '@adonisjs/lucid/services/db'
import { OpenWorkspace } from '#accounts'
import { answerFromCatalogue, importDemoCatalogue, verifyFigures } from '#sales_agent'
import type { CatalogueAnswer } from '#sales_agent'

export interface LabelledQuestion {
  id: string
  locale: string
  kind: string
  text: string
  expect: { firstAnyOf?: string[]; none?: boolean; knowledge?: string }
  maxPriceCents?: number
  minPriceCents?: number
  inStock?: boolean
}

export interface Verdict {
  question: LabelledQuestion
  answer: CatalogueAnswer
  right: boolean
  /** Handle of the first product shown. */
  first: string | null
  wrongFigures: number
  milliseconds: number
}

/** Opens a workspace with the demo catalogue and asks every question of a labelled file. */
export async function askQuestions(file: URL): Promise<Verdict[]> {
  const questions: LabelledQuestion[] = JSON.parse(await readFile(file, 'utf8'))
  const workspaceId = await demoWorkspace()
  const { rows } = await db.rawQuery(
    'select id, external_handle from products where workspace_id = ?',
    [workspaceId]
  )
  const handles = new Map<string, string>(rows.map((row: any) => [row.id, row.external_handle]))
  const verdicts: Verdict[] = []
  for (const question of questions) {
    const start = performance.now()
    // The conversation's language is not given away: the message itself must tell it.
    const answer = await answerFromCatalogue({ workspaceId, text: question.text })
    const milliseconds = performance.now() - start
    const first = answer.products[0] ? handles.get(answer.products[0].id)! : null
    verdicts.push({
      question,
      answer,
      first,
      milliseconds,
      right: isRight(question, answer, first),
      wrongFigures: await countWrongFigures(workspaceId, question, answer),
    })
  }
  return verdicts
}

async function demoWorkspace(): Promise<string> {
  const { workspace } = await new OpenWorkspace().handle({
    email: `bench-${Date.now()}-${Math.random().toString(36).slice(2)}@example.com`,
    password: 'correct horse battery staple',
    workspaceName: 'Bench shop',
  })
  await importDemoCatalogue(workspace.id)
  return workspace.id
}

function isRight(question: LabelledQuestion, answer: CatalogueAnswer, first: string | null) {
  const { expect } = question
  if (expect.none) return answer.products.length === 0
  if (expect.knowledge) return answer.knowledge?.key === expect.knowledge
  return first !== null && expect.firstAnyOf!.includes(first)
}

/** Figures in the text and on the cards that differ from the rows as they stand now. */
async function countWrongFigures(
  workspaceId: string,
  question: LabelledQuestion,
  answer: CatalogueAnswer
): Promise<number> {
  const repeatable = [question.text, answer.knowledge?.answer ?? '']
  let wrong = verifyFigures(answer.text, answer.products, repeatable).wrong.length
  for (const card of answer.products) {
    const { rows } = await db.rawQuery(
      `select v.price_cents, v.stock, p.stock as total, p.available
       from products p join product_variants v on v.product_id = p.id
       where p.workspace_id = ? and p.id = ?`,
      [workspaceId, card.id]
    )
    const cents = Math.round(Number(card.price) * 100)
    if (!rows.some((row: any) => row.price_cents === cents)) wrong++
    if (!rows.some((row: any) => row.stock === card.stock || row.total === card.stock)) wrong++
  }
  return wrong
}
