import { basename, resolve } from 'node:path'
import { access } from 'node:fs/promises'
import { BaseCommand, args, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

const DIALECTS = ['shopify', 'woocommerce', 'prestashop', 'csv'] as const

/**
 * Imports a product file and prints `{"created","updated","unchanged","rejected","rows",…}`.
 * Exits with 1 when the file as a whole was refused.
 */
export default class CatalogImport extends BaseCommand {
  static override commandName = 'catalog:import'
  static override description = 'Import a catalogue from a Shopify, WooCommerce or any CSV file'
  static override options: CommandOptions = { startApp: true }

  @args.string({ description: 'CSV file' })
  declare file: string

  @flags.string({ description: 'Id, slug or name of the workspace', required: true })
  declare workspace: string

  @flags.string({ description: 'Language of products whose texts do not tell it' })
  declare locale?: string

  @flags.string({ description: `Kind of file: ${DIALECTS.join(', ')}; found out by default` })
  declare dialect?: string

  override async run() {
    const { findWorkspace } = await import('#accounts')
    const { importCatalogue, describeImportFailure, describeRejection } =
      await import('#sales_agent')
    const path = resolve(this.file)
    try {
      await access(path)
    } catch {
      return this.refuse(`There is no file ${this.file}.`)
    }
    const dialect = DIALECTS.find((each) => each === this.dialect)
    if (this.dialect && !dialect) {
      return this.refuse(`Unknown dialect ${this.dialect}: use one of ${DIALECTS.join(', ')}.`)
    }
    const workspace = await findWorkspace(this.workspace)
    if (!workspace) return this.refuse(`There is no workspace ${this.workspace}.`)

    const report = await importCatalogue({
      workspaceId: workspace.id,
      path,
      fileName: basename(path),
      ...(this.locale ? { locale: this.locale } : {}),
      ...(dialect ? { dialect } : {}),
    })
    const { rejections, ...counts } = report
    console.log(
      JSON.stringify({
        ...counts,
        rejectedRows: rejections.slice(0, 100).map((rejection) => ({
          line: rejection.line,
          reason: rejection.reason,
          message: describeRejection(rejection, workspace.locale),
        })),
      })
    )
    if (report.failure) this.refuse(describeImportFailure(report.failure, workspace.locale))
  }

  private refuse(message: string) {
    console.error(message)
    this.exitCode = 1
  }
}
