import db from '@adonisjs/lucid/services/db'
import { performance } from 'node:perf_hooks'
import { captureLead, ImportProspects, UndoImport } from '#crm'
import { listProspects } from '#app/crm/queries/list_prospects'
import { readBoard } from '#app/crm/queries/board'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import type { BenchRow } from '#tests/bench/table'

const PEOPLE = 100_000
const FIRST = ['Zoé', 'Noël', 'Luc', 'Ada', 'Jürgen', 'María', 'Giulia', 'Éric', 'Anne', 'Paul']
const LAST = ['Martin', 'Lefèvre', 'Dupont', 'Müller', 'García', 'Rossi', 'Moreau', 'Petit']

/** Import of 100,000 prospects, then the pages' queries over them. */
export async function run(): Promise<BenchRow[]> {
  const { workspace } = await givenAWorkspace({ locale: 'fr' })
  const workspaceId = workspace.id
  const importAll = () =>
    new ImportProspects().handle({ workspaceId, source: people(), fileName: 'bench.csv' })
  try {
    const [imported, importMs] = await timed(importAll)
    if (!imported.ok || imported.report.created !== PEOPLE) throw new Error('import failed')
    const [again, againMs] = await timed(importAll)
    await db.rawQuery('vacuum analyze prospects')

    const page = (filters: Parameters<typeof listProspects>[1]) => () =>
      listProspects(workspaceId, filters)
    let lead = 0
    const rows: BenchRow[] = [
      rate('prospect import, new', importMs, '≥ 5000'),
      rate('prospect import, all known', againMs, '≥ 5000'),
      await p95('prospects page, p95', page({}), 20),
      await p95('prospects search by e-mail, p95', page({ q: 'p77777@' }), 20),
      await p95('prospects search by frequent name, p95', page({ q: 'lefevre' }), 50),
      await p95('prospects by score, p95', page({ sort: 'score' }), 20),
      await p95(
        'capture a lead, p95',
        () =>
          captureLead({
            workspaceId,
            email: `lead${lead++}@example.org`,
            locale: 'fr',
            source: 'agent',
            amountCents: 1000,
          }),
        50
      ),
      await p95('board, p95', () => readBoard(workspaceId), 20),
    ]
    if (again.ok) {
      const [, undoMs] = await timed(() =>
        new UndoImport().handle(workspaceId, imported.report.importId)
      )
      rows.push({ name: 'undo of the import', value: undoMs / 1000, unit: 's' })
    }
    return rows
  } finally {
    await db.from('workspaces').where('id', workspaceId).delete()
  }
}

function rate(name: string, ms: number, target: string): BenchRow {
  return { name, value: PEOPLE / (ms / 1000), unit: 'rows/s', target }
}

async function p95(name: string, work: () => Promise<unknown>, target: number): Promise<BenchRow> {
  const times: number[] = []
  for (let index = 0; index < 200; index++) {
    const [, ms] = await timed(work)
    times.push(ms)
  }
  times.sort((a, b) => a - b)
  return { name, value: times[190]!, unit: 'ms', target: `≤ ${target}` }
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now()
  const result = await work()
  return [result, performance.now() - start]
}

async function* people() {
  yield Buffer.from('Prénom;Nom;Adresse e-mail;Téléphone;Société;Ville;Pays;Étiquettes\n', 'latin1')
  for (let index = 0; index < PEOPLE; index += 500) {
    const lines = Array.from({ length: 500 }, (_, offset) => person(index + offset))
    yield Buffer.from(lines.join(''), 'latin1')
  }
}

function person(n: number): string {
  const phone = `06${String(n + 10_000_000).padStart(8, '0')}`
  const name = `${FIRST[n % FIRST.length]};${LAST[(n * 7) % LAST.length]}`
  return `${name};p${n}@example${n % 50}.fr;${phone};Société ${n % 8000};Lyon;France;a,b\n`
}
