import { existsSync, readFileSync } from 'node:fs'
import { findPersonalData } from '#app/llm/privacy/find_personal_data'
import type { BenchRow } from '#tests/bench/table'
import { frenchMessages, type LabelledText, measureRecall } from '#tests/helpers/labelled_texts'

/** presidio-research's labelled sentences, where the data folder stands beside the project. */
const PRESIDIO = new URL('../../../../shared/data/pii/synth_dataset_v2.json', import.meta.url)
const KINDS: Record<string, string> = {
  CREDIT_CARD: 'card',
  EMAIL_ADDRESS: 'e-mail',
  IBAN_CODE: 'IBAN',
  IP_ADDRESS: 'IP address',
  PERSON: 'name that nobody knows',
  PHONE_NUMBER: 'phone',
  STREET_ADDRESS: 'address anywhere in the world',
  US_SSN: 'SSN',
}

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  const add = (set: string, texts: LabelledText[]) => {
    const { recall, wrong } = measureRecall(texts)
    for (const [kind, { labelled, found }] of Object.entries(recall).sort()) {
      const name = `recall, ${set}, ${kind} (${labelled})`
      rows.push({ name, value: found / labelled, unit: '', target: 0.98 })
    }
    rows.push({ name: `replaced without reason, ${set}`, value: wrong.length, unit: 'spans' })
  }
  add('French', frenchMessages())
  if (existsSync(PRESIDIO)) add('presidio-research', presidioTexts())
  rows.push(timing())
  return rows
}

function presidioTexts(): LabelledText[] {
  interface Sentence {
    full_text: string
    spans: { entity_type: string; start_position: number; end_position: number }[]
  }
  const sentences = JSON.parse(readFileSync(PRESIDIO, 'utf8')) as Sentence[]
  return sentences.map(({ full_text: text, spans }) => ({
    text,
    labels: spans.flatMap(({ entity_type: type, start_position: start, end_position: end }) => {
      return KINDS[type] ? [{ start, end, kind: KINDS[type] }] : []
    }),
  }))
}

function timing(): BenchRow {
  const text = frenchMessages()
    .map((message) => message.text)
    .join(' ')
    .slice(0, 2048)
  const times: number[] = []
  for (let round = 0; round < 1200; round++) {
    const startedAt = performance.now()
    findPersonalData(text)
    if (round >= 200) times.push(performance.now() - startedAt)
  }
  times.sort((a, b) => a - b)
  return { name: 'anonymise 2 KB, p99', value: times[989]!, unit: 'ms', target: '≤ 3' }
}
