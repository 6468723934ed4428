import db from '@adonisjs/lucid/services/db'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { notify, recordAudit, type User, type Workspace } from '#accounts'
import { captureLead, Note, Task } from '#crm'
import { answerVisitor, importCatalogue, OpenConversation } from '#sales_agent'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import { plantRow, tenantTables } from '#tests/helpers/platform/plant_row'

export interface PlantedWorkspace {
  user: User
  workspace: Workspace
  apiKey: string
  /** Stands in every name and text of the workspace, and nowhere else. */
  marker: string
  /** One row of a table; undefined when it has none. */
  idIn(table: string): string | undefined
  /** The table that holds the row with this id. */
  tableOf(id: string): string | undefined
  /** Every id of the workspace's rows that cannot be anybody else's. */
  ids: Set<string>
}

/** A workspace with at least one row in every table that can hold one. */
export async function plantWorkspace(): Promise<PlantedWorkspace> {
  const marker = `planted${nanoid(12).replace(/[-_]/g, 'x')}`
  const { user, workspace, apiKey } = await givenAWorkspace({
    workspaceName: marker,
    fullName: marker,
    email: `${marker.toLowerCase()}@example.com`,
  })
  const workspaceId = workspace.id
  await plantThroughFaces(workspaceId, user.id, marker)
  await plantOrder(workspaceId)
  await plantInvoice(workspaceId, marker)

  const tables = await tenantTables()
  // Three times: a row may need one of a table that comes later in the alphabet, and that one too.
  for (const table of [...tables, ...tables, ...tables]) {
    const found = await db.from(table).where('workspace_id', workspaceId).first()
    if (!found) await plantRow(table, workspaceId, marker)
  }

  const byTable = await idsByTable(tables, workspaceId)
  byTable.set('workspaces', [workspaceId])
  byTable.set('users', [user.id])
  const keys = await db.from('api_keys').where('tokenable_id', workspaceId).select('id')
  byTable.set(
    'api_keys',
    keys.map((key) => String(key.id))
  )
  const ids = [...byTable.values()].flat().filter((id) => id.length === 36)
  return {
    user,
    workspace,
    apiKey,
    marker,
    idIn: (table) => byTable.get(table)?.[0],
    tableOf: (id) => [...byTable].find(([, rows]) => rows.includes(id))?.[0],
    ids: new Set(ids),
  }
}

async function plantThroughFaces(workspaceId: string, userId: string, marker: string) {
  const { prospectId, dealId } = await captureLead({
    workspaceId,
    name: marker,
    email: `lead-${marker.toLowerCase()}@example.com`,
    company: marker,
    interest: marker,
    dealTitle: marker,
    amountCents: 123_400,
    locale: 'en',
    source: 'api',
  })
  await Task.create({ workspaceId, title: marker, dealId, prospectId, assigneeId: userId })
  await Note.create({ workspaceId, body: marker, dealId, prospectId, authorId: userId })
  await importProducts(workspaceId, marker)
  const conversation = await new OpenConversation().handle({
    workspaceId,
    locale: 'en',
    channel: 'api',
  })
  await answerVisitor({
    workspaceId,
    conversationId: conversation.id,
    text: `Do you sell ${marker}?`,
  })
  await recordAudit({ workspaceId, actorId: userId, action: 'crm.planted', details: { marker } })
  await notify({
    workspaceId,
    kind: 'wallet.planted',
    titleKey: marker,
    bodyKey: marker,
    href: '/wallet',
  })
}

async function plantInvoice(workspaceId: string, marker: string) {
  const party = { name: marker, address: marker, postcode: '75011', city: marker, country: 'FR' }
  await db.table('wallet_invoices').insert({
    workspace_id: workspaceId,
    series: marker,
    sequence: 1,
    kind: 'invoice',
    issued_at: new Date(),
    currency: 'EUR',
    net_cents: 800,
    vat_cents: 160,
    vat_basis_points: 2000,
    vat_treatment: 'domestic',
    seller: JSON.stringify(party),
    customer: JSON.stringify(party),
    lines: JSON.stringify([{ kind: 'overage', netCents: 800 }]),
    source_key: marker,
  })
}

/** Rows with rules that no guess meets. */
async function plantOrder(workspaceId: string) {
  await db.table('wallet_orders').insert({
    workspace_id: workspaceId,
    kind: 'pack',
    credit_micros: 10_000_000,
    price_cents: 1000,
    currency: 'EUR',
    requested_at: new Date(),
  })
}

async function importProducts(workspaceId: string, marker: string) {
  const folder = await mkdtemp(join(tmpdir(), 'planted-'))
  try {
    const path = join(folder, 'products.csv')
    await writeFile(path, `title,price,sku\n${marker},19.90,${marker}\n,broken,\n`)
    await importCatalogue({ workspaceId, path, fileName: `${marker}.csv` })
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function idsByTable(tables: string[], workspaceId: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const table of tables) {
    const { rows: columns } = await db.rawQuery<{ rows: unknown[] }>(
      `select 1 from information_schema.columns
        where table_schema = 'public' and table_name = ? and column_name = 'id'`,
      [table]
    )
    if (columns.length === 0) continue
    const rows = await db.from(table).where('workspace_id', workspaceId).select('id').limit(500)
    found.set(
      table,
      rows.map((row) => String(row.id))
    )
  }
  return found
}

/** Everything that the workspace holds, as one figure: equal before and after means untouched. */
export async function fingerprintOfWorkspace(workspaceId: string): Promise<Record<string, string>> {
  const prints: Record<string, string> = {}
  for (const table of await tenantTables()) {
    const { rows } = await db.rawQuery<{ rows: { print: string }[] }>(
      `select count(*) || ':' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as print
         from ${table} t where workspace_id = ?`,
      [workspaceId]
    )
    prints[table] = rows[0]!.print
  }
  return prints
}
