import { args, BaseCommand, flags } from '@adonisjs/core/ace'
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { findWorkspace } from '#accounts'
import { COLUMN_TARGETS, ImportProspects, type ColumnMapping, type ColumnTarget } from '#crm'

/** `prospects:import <file> --workspace <id or slug> [--map "Header=field"]…` */
export default class ProspectsImport extends BaseCommand {
  static override commandName = 'prospects:import'
  static override description =
    'Import a CSV of prospects; prints what was created, updated, rejected'
  static override options = { startApp: true }

  @args.string({ description: 'CSV file of any common encoding and delimiter' })
  declare file: string

  @flags.string({ description: 'Id, slug or name of the workspace', required: true })
  declare workspace: string

  @flags.array({
    description: `Column by hand: "Header=field". Fields: ${COLUMN_TARGETS.join(', ')}`,
  })
  declare map?: string[]

  override async run() {
    const mapping = this.readMapping()
    const path = this.app.makePath(this.file)
    if (!existsSync(path)) return this.fail(`No such file: ${this.file}`)
    const workspace = await findWorkspace(this.workspace)
    if (!workspace) return this.fail(`No such workspace: ${this.workspace}`)
    if (typeof mapping === 'string') return this.fail(mapping)

    const result = await new ImportProspects().handle({
      workspaceId: workspace.id,
      source: path,
      fileName: basename(path),
      mapping,
      onProgress: (rows) => process.stderr.write(`\r${rows} rows`),
    })
    process.stderr.write('\n')
    if (!result.ok) {
      this.exitCode = 1
      const where = result.column ? `column ${result.column}` : `line ${result.line ?? 1}`
      console.log(JSON.stringify({ error: result.reason, where, ...result.report }, null, 2))
      return
    }
    console.log(JSON.stringify(result.report, null, 2))
  }

  /** The corrections, or a sentence that says what is wrong with them. */
  private readMapping(): ColumnMapping | string {
    const mapping: ColumnMapping = {}
    for (const pair of this.map ?? []) {
      const at = pair.lastIndexOf('=')
      const target = pair.slice(at + 1).trim() as ColumnTarget
      if (at < 1) return `--map wants "Header=field", not "${pair}"`
      if (!COLUMN_TARGETS.includes(target)) {
        return `No such field: ${target}. Fields: ${COLUMN_TARGETS.join(', ')}`
      }
      mapping[pair.slice(0, at).trim()] = target
    }
    return mapping
  }

  private fail(message: string) {
    this.exitCode = 1
    this.logger.error(message)
  }
}
