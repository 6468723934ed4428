import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OpenWorkspace } from '#accounts'
import { answerFromCatalogue, importCatalogue } from '#sales_agent'
import { catalogueLines } from '#tests/bench/sales_agent/generated_catalogue'
import type { BenchRow } from '#tests/bench/table'

const ROWS = 50_000
const PRODUCTS_FOR_ANSWERS = 10_000

const QUESTIONS = [
  'red cotton shirt under 50 €',
  'do you have a waterproof jacket in blue?',
  'chaussures de randonnée pour homme moins de 120 euros',
  'cheapest backpack',
  'something to keep my drinks cold',
  'lether walet',
  'un fauteuil vert pas trop cher',
  'do you sell car tyres?',
  'lampe de chevet en laiton',
  'wool sweater size L in stock?',
]

/** Import speed, and answers on 10,000 products. */
export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-catalog-'))
  try {
    const large = await writeFile(join(folder, 'large.csv'), ROWS)
    const workspaceId = await openWorkspace()
    const first = await timed(() =>
      importCatalogue({ workspaceId, path: large, fileName: 'large.csv' })
    )
    const again = await timed(() =>
      importCatalogue({ workspaceId, path: large, fileName: 'large.csv' })
    )
    return [
      {
        name: `catalogue import, ${ROWS} rows`,
        value: (first.result.rows / first.ms) * 1000,
        unit: 'rows/s',
        target: 5000,
      },
      {
        name: `catalogue import, the same file again (${again.result.unchanged} unchanged)`,
        value: (again.result.rows / again.ms) * 1000,
        unit: 'rows/s',
        target: 5000,
      },
      ...(await measureAnswers(folder)),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureAnswers(folder: string): Promise<BenchRow[]> {
  const path = await writeFile(join(folder, 'shop.csv'), PRODUCTS_FOR_ANSWERS)
  const workspaceId = await openWorkspace()
  await importCatalogue({ workspaceId, path, fileName: 'shop.csv' })
  const first = await timed(() => answerFromCatalogue({ workspaceId, text: QUESTIONS[0]! }))
  const times: number[] = []
  for (let round = 0; round < 12; round++) {
    for (const text of QUESTIONS) {
      times.push((await timed(() => answerFromCatalogue({ workspaceId, text }))).ms)
    }
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor((times.length - 1) * share)]!
  const name = `answer without a model, ${PRODUCTS_FOR_ANSWERS} products`
  return [
    { name: `${name}, p50`, value: at(0.5), unit: 'ms' },
    { name: `${name}, p95`, value: at(0.95), unit: 'ms', target: '≤ 100' },
    { name: `${name}, first after an import`, value: first.ms, unit: 'ms' },
  ]
}

async function timed<Result>(work: () => Promise<Result>) {
  const start = performance.now()
  const result = await work()
  return { result, ms: performance.now() - start }
}

async function writeFile(path: string, products: number): Promise<string> {
  const stream = createWriteStream(path)
  for (const line of catalogueLines(products)) {
    if (!stream.write(line)) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'finish')
  return path
}

async function openWorkspace(): Promise<string> {
  const { workspace } = await new OpenWorkspace().handle({
    email: `bench-${Date.now()}-${Math.random().toString(36).slice(2)}@example.com`,
    password: 'correct horse battery staple',
    workspaceName: 'Bench shop',
  })
  return workspace.id
}
